/** One key at one revision; the value is shared and must never be changed by a reader. */
export interface KeyValue {
	readonly key: string;
	readonly value: unknown;
	readonly createRevision: number;
	readonly modRevision: number;
	/** Number of writes since the key was created; 1 is the creation. */
	readonly version: number;
}

/** What a watcher sees; a delete carries the revision of the deletion and the value before it. */
export interface EtcdEvent {
	readonly type: 'put' | 'delete';
	readonly key: string;
	readonly revision: number;
	readonly kv: KeyValue | undefined;
	readonly prev: KeyValue | undefined;
}

/** The asked revision is older than the last compaction. */
export class CompactedError extends Error {
	readonly compactRevision: number;
	constructor(compactRevision: number) {
		super('etcdserver: mvcc: required revision has been compacted');
		this.compactRevision = compactRevision;
	}
}

/** The asked revision has not happened yet. */
export class FutureRevisionError extends Error {
	constructor() {
		super('etcdserver: mvcc: required revision is a future revision');
	}
}
