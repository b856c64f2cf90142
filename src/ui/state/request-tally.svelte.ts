import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { RequestMark } from '../../lesson/request-log.ts';

const drawn = 160;

/** What came back of a row of requests: the last ones one by one, all of them as counts. */
export class RequestTally {
	marks = $state.raw<RequestMark[]>([]);
	total = $state(0);
	failed = $state(0);
	/** Answers by version. */
	readonly versions = new SvelteMap<string, number>();
	/** Pods that have answered. */
	readonly hosts = new SvelteSet<string>();

	clear(): void {
		this.marks = [];
		this.total = this.failed = 0;
		this.versions.clear();
		this.hosts.clear();
	}
	protected count(mark: RequestMark): void {
		this.marks = [...this.marks, mark].slice(-drawn);
		this.total++;
		if (!mark.ok) this.failed++;
		if (mark.version !== undefined)
			this.versions.set(mark.version, (this.versions.get(mark.version) ?? 0) + 1);
		if (mark.host !== undefined) this.hosts.add(mark.host);
	}
}
