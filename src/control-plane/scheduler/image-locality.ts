import { maxScore, type ScorePlugin } from './framework.ts';
import type { NodeInfo } from './node-info.ts';

const mb = 1024 * 1024;
const minThreshold = 23 * mb;
const maxContainerThreshold = 1000 * mb;

function normalized(image: string): string {
	const name = image.slice(image.lastIndexOf('/') + 1);
	return name.includes(':') || name.includes('@') ? image : `${image}:latest`;
}

function imageSize({ node }: NodeInfo, image: string): number {
	const known = node?.status.images?.find(({ names }) =>
		names.some((name) => name === image || name.endsWith(`/${image}`)),
	);
	return known?.sizeBytes ?? 0;
}

/**
 * Nodes that have large images already are better; an image counts for less when few nodes have it,
 * so that pods do not heap up on one. After plugins/imagelocality/image_locality.go
 */
export const imageLocality: ScorePlugin = {
	name: 'ImageLocality',
	weight: 1,
	prepareScore: ({ pod, nodes }) => {
		const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
		const images = containers.map(({ image = '' }) => normalized(image));
		const spread = images.map((image) => {
			return nodes.filter((node) => imageSize(node, image) > 0).length / nodes.length;
		});
		const max = maxContainerThreshold * containers.length;
		const score = (node: NodeInfo) => {
			const sum = images.reduce((total, image, i) => {
				return total + Math.trunc(imageSize(node, image) * (spread[i] ?? 0));
			}, 0);
			const clamped = Math.min(Math.max(sum, minThreshold), max);
			return Math.trunc((maxScore * (clamped - minThreshold)) / (max - minThreshold));
		};
		return { score };
	},
};
