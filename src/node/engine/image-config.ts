import type { Image, ImageConfig, ImageLayer } from '../../api/engine.ts';
import type { OciConfig } from './oci.ts';

/** The engine's view of an OCI image configuration. */
function readImageConfig(document: OciConfig): ImageConfig {
	const config = document.config ?? {};
	return {
		env: config.Env ?? [],
		entrypoint: config.Entrypoint ?? [],
		cmd: config.Cmd ?? [],
		workingDir: config.WorkingDir ?? '',
		user: config.User ?? '',
		exposedPorts: Object.keys(config.ExposedPorts ?? {}),
		volumes: Object.keys(config.Volumes ?? {}),
		labels: config.Labels ?? {},
		stopSignal: config.StopSignal ?? '',
	};
}

/** An image of these layers, without a name yet. */
export function makeImage(id: string, document: OciConfig, layers: ImageLayer[]): Image {
	return {
		id,
		tags: [],
		digests: [],
		created: Date.parse(document.created ?? '') || 0,
		size: layers.reduce((sum, layer) => sum + layer.size, 0),
		architecture: document.architecture ?? '386',
		os: document.os ?? 'linux',
		config: readImageConfig(document),
		layers,
		history: readHistory(document, layers),
	};
}

/** The identities of its layers, lowest first: what whoever uses the image holds. */
export function chainIds(image: Image): string[] {
	return image.layers.map((layer) => layer.chainId);
}

function readHistory(document: OciConfig, layers: ImageLayer[]): Image['history'] {
	let next = 0;
	return (document.history ?? []).map((entry) => {
		const emptyLayer = entry.empty_layer ?? false;
		return {
			created: Date.parse(entry.created ?? '') || 0,
			createdBy: entry.created_by ?? '',
			emptyLayer,
			size: emptyLayer ? 0 : (layers[next++]?.size ?? 0),
		};
	});
}
