import type { Condition, Pod, PodStatus } from '../../api/kubernetes.ts';
import { StatusError } from '../../client/status.ts';
import { logged } from '../../util/log.ts';
import type { KubeletDeps } from './config.ts';
import { isPodGone } from './pod-gone.ts';
import { formatPod, namespaceOf } from './pod-ref.ts';

interface Entry {
	pod: Pod;
	status: PodStatus;
	/** The status the API has, as far as is known. */
	written: PodStatus;
	busy: boolean;
	idle: (() => void)[];
	failures: number;
}

/** Key order must not make two statuses differ. */
function canonical(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(canonical);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(([, part]) => part !== undefined && part !== null)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([key, part]) => [key, canonical(part)]),
	);
}

function same(a: unknown, b: unknown): boolean {
	return JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));
}

/** Conditions merge by type, so what a condition no longer says must be sent as null. */
function conditionPatch(conditions: Condition[], written: Condition[]): Condition[] {
	return conditions.map((condition) => {
		const old = written.find(({ type }) => type === condition.type);
		const gone = (['reason', 'message'] as const).filter(
			(key) => old?.[key] !== undefined && condition[key] === undefined,
		);
		return { ...condition, ...Object.fromEntries(gone.map((key) => [key, null])) };
	});
}

/** Address lists merge by `ip`: replaced whole when they change. */
function addressPatch(list: { ip: string }[] | undefined, written: { ip: string }[] | undefined) {
	return written?.length ? [{ $patch: 'replace' }, ...(list ?? [])] : list;
}

/** The strategic merge patch from what is written to what is wanted. */
export function statusPatch(uid: string, status: PodStatus, written: PodStatus): object {
	const patch: Record<string, unknown> = {};
	for (const key of new Set([...Object.keys(status), ...Object.keys(written)])) {
		const field = key as keyof PodStatus;
		if (same(status[field], written[field])) continue;
		if (field === 'conditions')
			patch[field] = conditionPatch(status.conditions ?? [], written.conditions ?? []);
		else if (field === 'podIPs' || field === 'hostIPs')
			patch[field] = addressPatch(status[field], written[field]);
		else patch[field] = status[field] ?? null;
	}
	return { metadata: { uid }, status: patch };
}

function isInvalid(error: unknown): boolean {
	return error instanceof StatusError && error.code === 422;
}

/**
 * Tells the API each pod's latest status, one request at a time per pod and without delay.
 * After pkg/kubelet/status/status_manager.go
 */
export class StatusWriter {
	readonly #deps: KubeletDeps;
	readonly #entries = new Map<string, Entry>();

	constructor(deps: KubeletDeps) {
		this.#deps = deps;
	}
	/** The status to build the next one on. */
	latest(pod: Pod): PodStatus {
		return this.#entries.get(pod.metadata.uid)?.status ?? pod.status;
	}
	set(pod: Pod, status: PodStatus): void {
		const { uid } = pod.metadata;
		const entry = this.#entries.get(uid) ?? {
			pod,
			status,
			written: pod.status,
			busy: false,
			idle: [],
			failures: 0,
		};
		entry.pod = pod;
		entry.status = status;
		this.#entries.set(uid, entry);
		if (entry.busy) return;
		this.#write(uid, entry).catch(logged(this.#deps.log, 'kubelet', 'writing a pod status'));
	}
	/** Settles when nothing is left to write of this pod. */
	flushed(uid: string): Promise<void> {
		const entry = this.#entries.get(uid);
		if (!entry?.busy) return Promise.resolve();
		return new Promise((resolve) => entry.idle.push(resolve));
	}
	forget(uid: string): void {
		this.#entries.delete(uid);
	}
	/** What is not written yet stays unwritten. */
	stop(): void {
		this.#entries.clear();
	}
	snapshot(): Record<string, PodStatus> {
		return Object.fromEntries([...this.#entries].map(([uid, entry]) => [uid, entry.status]));
	}
	async #write(uid: string, entry: Entry): Promise<void> {
		entry.busy = true;
		try {
			while (this.#entries.get(uid) === entry && !same(entry.status, entry.written))
				await this.#try(entry);
		} finally {
			entry.busy = false;
			for (const resolve of entry.idle.splice(0)) resolve();
		}
	}
	async #try(entry: Entry): Promise<void> {
		const { status } = entry;
		try {
			await this.#patch(entry);
			entry.failures = 0;
		} catch (error) {
			const moot = await isPodGone(this.#deps.client, entry.pod, error);
			if (!moot)
				this.#deps.log.warn('kubelet', `status of pod ${formatPod(entry.pod)} not written`, error);
			// Said again, a status that was refused as it is would be refused again.
			if (moot || isInvalid(error)) entry.written = status;
			else await this.#deps.clock.sleep(Math.min(10_000, 250 * 2 ** entry.failures++));
		}
	}
	async #patch(entry: Entry): Promise<void> {
		const { pod, status } = entry;
		await this.#deps.client
			.pods(namespaceOf(pod))
			.patch(pod.metadata.name, statusPatch(pod.metadata.uid, status, entry.written), 'strategic', {
				subresource: 'status',
			});
		entry.written = status;
	}
}
