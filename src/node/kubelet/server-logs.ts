import type { LogEntry, LogOptions } from '../../api/engine.ts';
import type { KubeletEngine } from './config.ts';
import type { ContainerStatus, Pod, PodStatus } from '../../api/kubernetes.ts';
import { booleanQuery, integerQuery, timeQuery } from '../../client/query.ts';
import { badRequest } from '../../client/status.ts';
import { containerId } from './container-status.ts';
import { allContainers } from './pod-ref.ts';
import { readPodRuntime } from './pod-runtime.ts';

const waitingTexts: Record<string, string> = {
	ErrImagePull: "image can't be pulled",
	ImagePullBackOff: 'trying and failing to pull image',
	InvalidImageName: 'image name is invalid',
};

function statusOf(status: PodStatus, name: string): ContainerStatus | undefined {
	return [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].find(
		(candidate) => candidate.name === name,
	);
}

/** The engine's id of the run whose log is asked for. After pkg/kubelet/kubelet_pods.go: validateContainerLogStatus */
function runToRead(
	engine: KubeletEngine,
	pod: Pod,
	status: PodStatus,
	name: string,
	previous: boolean,
): string {
	const runs = readPodRuntime(engine, pod.metadata.uid).containers.get(name) ?? [];
	const container = statusOf(status, name);
	if (!container)
		throw badRequest(`container "${name}" in pod "${pod.metadata.name}" is not available`);
	const lastId = container.lastState.terminated?.containerID;
	const last = runs.find((run) => containerId(run) === lastId)?.id;
	const place = `container "${name}" in pod "${pod.metadata.name}"`;
	if (previous) {
		if (last) return last;
		throw badRequest(`previous terminated ${place} not found`);
	}
	const { waiting } = container.state;
	const current = waiting ? last : runs[0]?.id;
	if (current) return current;
	const reason = waiting?.reason ?? 'ContainerCreating';
	throw badRequest(`${place} is waiting to start: ${waitingTexts[reason] ?? reason}`);
}

const encoder = new TextEncoder();

/** `2026-01-31T09:05:59.000000000Z`: a log line's stamp always has nine digits. */
export function logStamp(ms: number): string {
	return `${new Date(ms).toISOString().slice(0, 23)}000000Z`;
}

/** Entries as lines of the answer. An entry without a line end continues in the next of its stream. */
async function* lines(
	entries: AsyncIterable<LogEntry>,
	timestamps: boolean,
	limitBytes: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
	const open = new Set<string>();
	let left = limitBytes;
	for await (const { time, stream, data } of entries) {
		const stamp =
			timestamps && !open.has(stream) ? encoder.encode(`${logStamp(time)} `) : undefined;
		if (data.at(-1) === 10) open.delete(stream);
		else open.add(stream);
		const bytes = stamp ? Uint8Array.from([...stamp, ...data]) : data;
		yield bytes.subarray(0, left);
		left -= bytes.length;
		if (left <= 0) return;
	}
}

function optionsOf(
	query: URLSearchParams,
	nowMs: number,
	signal: AbortSignal | undefined,
): LogOptions {
	const seconds = integerQuery(query, 'sinceSeconds');
	const sinceTime = timeQuery(query, 'sinceTime');
	const since = seconds === undefined ? sinceTime : nowMs - seconds * 1000;
	const tail = integerQuery(query, 'tailLines');
	return {
		follow: booleanQuery(query, 'follow'),
		...(tail === undefined ? {} : { tail }),
		...(since === undefined ? {} : { since }),
		...(signal ? { signal } : {}),
	};
}

/** A container's log as `kubectl logs` asks for it. After pkg/kubelet/server/server.go: getContainerLogs */
export function containerLogs(
	engine: KubeletEngine,
	nowMs: number,
	target: { pod: Pod; status: PodStatus; container: string },
	query: URLSearchParams,
	signal: AbortSignal | undefined,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
	const { pod, status, container } = target;
	if (!allContainers(pod).some(({ name }) => name === container))
		throw badRequest(`container ${container} is not valid for pod ${pod.metadata.name}`);
	const id = runToRead(engine, pod, status, container, booleanQuery(query, 'previous'));
	const limit = integerQuery(query, 'limitBytes') ?? Infinity;
	const entries = engine.logs(id, optionsOf(query, nowMs, signal));
	return lines(entries, booleanQuery(query, 'timestamps'), limit);
}
