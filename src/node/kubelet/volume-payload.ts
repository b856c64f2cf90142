import type { ConfigMap, KeyToPath, Pod, Secret, Volume } from '../../api/kubernetes.ts';
import { decodeBase64, type EnvSources } from './env.ts';
import { fieldValue, resourceValue } from './field-path.ts';
import { allContainers, namespaceOf } from './pod-ref.ts';

/** Why a volume cannot be set up. */
export class VolumeError extends Error {
	readonly volume: string;
	constructor(volume: string, message: string) {
		super(message);
		this.volume = volume;
	}
}

/** The files of a volume that is made from API objects, by their path in it. */
export type Payload = Map<string, { data: Uint8Array<ArrayBuffer>; mode: number }>;

const encoder = new TextEncoder();

interface Source {
	name: string;
	items?: KeyToPath[];
	optional?: boolean;
}

interface DownwardItem {
	path: string;
	mode?: number;
	fieldRef?: { fieldPath: string };
	resourceFieldRef?: { containerName?: string; resource: string; divisor?: string };
}

interface ProjectedSource {
	configMap?: Source;
	secret?: Source;
	downwardAPI?: { items?: DownwardItem[] };
	serviceAccountToken?: unknown;
	clusterTrustBundle?: unknown;
}

function bytesOf(object: ConfigMap | Secret): Map<string, Uint8Array<ArrayBuffer>> {
	const all = new Map<string, Uint8Array<ArrayBuffer>>();
	if (object.kind === 'Secret') {
		for (const [key, text] of Object.entries(object.data ?? {})) all.set(key, decodeBase64(text));
		return all;
	}
	const { data, binaryData } = object as ConfigMap;
	for (const [key, text] of Object.entries(data ?? {})) all.set(key, encoder.encode(text));
	for (const [key, text] of Object.entries(binaryData ?? {})) all.set(key, decodeBase64(text));
	return all;
}

/** After pkg/volume/configmap/configmap.go: MakePayload */
function select(
	kind: 'configmap' | 'secret',
	source: Source,
	object: ConfigMap | Secret,
	mode: number,
): Payload {
	const all = bytesOf(object);
	if (!source.items) return new Map([...all].map(([key, data]) => [key, { data, mode }]));
	const payload: Payload = new Map();
	for (const item of source.items) {
		const data = all.get(item.key);
		if (data) payload.set(item.path, { data, mode: item.mode ?? mode });
		else if (!source.optional)
			throw new Error(
				kind === 'configmap'
					? `configmap references non-existent config key: ${item.key}`
					: `references non-existent secret key: ${item.key}`,
			);
	}
	return payload;
}

async function fromObject(
	kind: 'configmap' | 'secret',
	pod: Pod,
	source: Source,
	mode: number,
	sources: EnvSources,
): Promise<Payload> {
	const namespace = namespaceOf(pod);
	const object =
		kind === 'configmap'
			? await sources.configMap(namespace, source.name)
			: await sources.secret(namespace, source.name);
	if (object) return select(kind, source, object, mode);
	if (source.optional) return new Map();
	throw new Error(`${kind} "${source.name}" not found`);
}

function downward(pod: Pod, items: DownwardItem[], mode: number, sources: EnvSources): Payload {
	const payload: Payload = new Map();
	for (const { path, fieldRef, resourceFieldRef, mode: own } of items) {
		let text = '';
		if (fieldRef) text = fieldValue(pod, fieldRef.fieldPath, sources.addresses);
		else if (resourceFieldRef) {
			const { containerName, resource, divisor } = resourceFieldRef;
			const container = allContainers(pod).find(({ name }) => name === containerName);
			if (!container) throw new Error(`container ${containerName} not found`);
			text = resourceValue(container, resource, divisor, sources.allocatable);
		}
		payload.set(path, { data: encoder.encode(text), mode: own ?? mode });
	}
	return payload;
}

async function projected(
	pod: Pod,
	list: ProjectedSource[],
	mode: number,
	sources: EnvSources,
): Promise<Payload> {
	const payload: Payload = new Map();
	for (const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle } of list) {
		// Unlike Kubernetes: the API server signs no tokens, so a projected token is left out.
		if (serviceAccountToken) continue;
		if (clusterTrustBundle) throw new Error('clusterTrustBundle projections are not supported');
		const part = configMap
			? await fromObject('configmap', pod, configMap, mode, sources)
			: secret
				? await fromObject('secret', pod, secret, mode, sources)
				: downward(pod, downwardAPI?.items ?? [], mode, sources);
		for (const [path, file] of part) payload.set(path, file);
	}
	return payload;
}

/** The files a volume is to hold now; `undefined` for a volume that is not made from API objects. */
export async function volumePayload(
	pod: Pod,
	volume: Volume,
	sources: EnvSources,
): Promise<Payload | undefined> {
	const { configMap, secret, downwardAPI } = volume;
	try {
		if (configMap)
			return await fromObject('configmap', pod, configMap, configMap.defaultMode ?? 0o644, sources);
		if (secret) {
			const source = { ...secret, name: secret.secretName };
			return await fromObject('secret', pod, source, secret.defaultMode ?? 0o644, sources);
		}
		if (downwardAPI)
			return downward(pod, downwardAPI.items ?? [], downwardAPI.defaultMode ?? 0o644, sources);
		if (!volume.projected) return undefined;
		const list = (volume.projected.sources ?? []) as ProjectedSource[];
		return await projected(pod, list, volume.projected.defaultMode ?? 0o644, sources);
	} catch (error) {
		throw new VolumeError(volume.name, (error as Error).message);
	}
}
