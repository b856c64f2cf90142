import type { Cluster } from '../api/cluster.ts';
import type { Clock, Timer } from '../util/clock.ts';
import { consoleLog, logged } from '../util/log.ts';

/** One real HTTP request and what came back. */
export interface RequestMark {
	/** Rises by one with each request. */
	id: number;
	at: number;
	node: string;
	service: string;
	/** From the page's text, without `v`. */
	version?: string;
	/** The pod that says it answered. */
	host?: string;
	status: number;
	took: number;
	error?: string;
	/** True for an HTTP answer below 400. */
	ok: boolean;
}

interface RequestTarget {
	node: string;
	service: string;
	url: string;
}

const versionPattern = /\b(?:version|nginx)\s*(?:[:=]\s*)?v?(\d+)\b|\bv(\d+)\b/i;
const hostPattern =
	/\b(?:answered by|host(?:name)?(?:\s*[:=])?|pod(?:\s*[:=])?|on)\s+([a-z0-9][a-z0-9-]+)|\bhost(?:name)?[:=]([a-z0-9][a-z0-9-]*)/i;

/** Reads version and host from a page such as `Version 1 … Answered by web-6d4c…` or `version: 2` / `host: …`. */
export function readPage(body: string): { version?: string; host?: string } {
	const text = body.replace(/<[^<>]*>/g, ' ');
	const version = versionPattern.exec(text);
	const host = hostPattern.exec(text);
	const result: { version?: string; host?: string } = {};
	const number = version?.[1] ?? version?.[2];
	const name = host?.[1] ?? host?.[2];
	if (number !== undefined) result.version = number;
	if (name !== undefined) result.host = name;
	return result;
}

const kept = 2000;

/** The last requests of the loop; probes count in it, the page draws it. */
export class RequestLog {
	#marks: RequestMark[] = [];
	#id = 0;
	readonly #listeners = new Set<(mark: RequestMark) => void>();

	add(mark: Omit<RequestMark, 'id'>): void {
		const entry = { id: ++this.#id, ...mark };
		this.#marks.push(entry);
		if (this.#marks.length > kept) this.#marks = this.#marks.slice(-kept / 2);
		for (const listener of this.#listeners) listener(entry);
	}
	since(time: number): RequestMark[] {
		return this.#marks.filter((mark) => mark.at >= time);
	}
	subscribe(listener: (mark: RequestMark) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
}

export interface RequestLoopOptions {
	cluster: Pick<Cluster, 'request'>;
	log: RequestLog;
	clock: Clock;
	/** Asked before each request; undefined while there is nowhere to send it. */
	target: () => RequestTarget | undefined;
	/** Requests a second; 4 when left out. */
	rate?: number;
}

const usualRate = 4;
/** However many are wanted: a machine that does not get round to it is not buried. */
const mostInFlight = 12;
const timeoutMs = 5000;

/**
 * Sends one request after another from a node's kernel, as a customer who does not stop asking. As many as are sent in a
 * second, and at most twelve, may be without an answer; then it waits.
 */
export class RequestLoop {
	readonly #options: RequestLoopOptions;
	#rate: number;
	#timer: Timer | undefined;
	#inFlight = 0;

	constructor(options: RequestLoopOptions) {
		this.#options = options;
		this.#rate = options.rate ?? usualRate;
	}
	/** Requests a second; may change while it runs. */
	get rate(): number {
		return this.#rate;
	}
	set rate(rate: number) {
		this.#rate = rate;
		if (!this.running) return;
		this.stop();
		this.start();
	}
	get running(): boolean {
		return this.#timer !== undefined;
	}
	start(): void {
		this.#timer ??= this.#options.clock.every(1000 / this.#rate, () => {
			this.#send().catch(logged(consoleLog, 'lesson', 'a request was not noted'));
		});
	}
	stop(): void {
		this.#timer?.cancel();
		this.#timer = undefined;
	}
	async #send(): Promise<void> {
		const { cluster, log, clock, target } = this.#options;
		const to = target();
		if (!to || this.#inFlight >= Math.min(mostInFlight, Math.max(usualRate, this.#rate))) return;
		this.#inFlight++;
		const at = clock.now();
		const about = { at, node: to.node, service: to.service };
		try {
			const answer = await cluster.request(to.node, { url: to.url, timeoutMs });
			const ok = answer.error === undefined && answer.status > 0 && answer.status < 400;
			const { status, took, error } = answer;
			const failed = error === undefined ? {} : { error };
			log.add({ ...about, ...(ok ? readPage(answer.body) : {}), status, took, ...failed, ok });
		} catch (error) {
			const took = clock.now() - at;
			log.add({ ...about, status: 0, took, error: (error as Error).message, ok: false });
		} finally {
			this.#inFlight--;
		}
	}
}
