import type { Cluster } from '../../api/cluster.ts';
import { ask, type Asker, type PageAnswer, type PageRequest } from '../../browser/ask.ts';
import { collect, peeked } from '../../browser/body.ts';
import { BrowseError } from '../../browser/browse-error.ts';
import { contentOf, fileName } from '../../browser/content.ts';
import { CookieJar } from '../../browser/cookie-jar.ts';
import type { ShownPage } from '../../browser/page-session.ts';
import { reasonOf } from '../../util/log.ts';
import type { ClusterState } from './cluster-state.svelte.ts';

interface Visit {
	request: PageRequest;
	title: string;
}

/** A page in a frame of its own. */
export interface Framed extends ShownPage {
	/** Rises by one with each page. */
	id: number;
	asker: Asker;
}

/** A file that a server gave instead of a page. */
export interface KeptFile {
	name: string;
	type: string;
	bytes: Uint8Array<ArrayBuffer>;
}

const fileMax = 256 << 20;
const accept = 'text/html,application/xhtml+xml,image/*;q=0.9,*/*;q=0.8';

/** One browser: where it is and was, and what it shows. Its requests come from a machine's kernel. */
export class BrowserState {
	/** The page in view, and the one that takes its place as soon as it begins. */
	shown = $state.raw<Framed | undefined>();
	coming = $state.raw<Framed | undefined>();
	failure = $state.raw<BrowseError | undefined>();
	file = $state.raw<KeptFile | undefined>();
	/** Something is being asked for, or still comes. */
	busy = $state(false);
	/** Milliseconds until the answer began. */
	took = $state<number | undefined>();
	/** Asks for the page again and again. */
	repeats = $state(false);
	/** The link under the pointer. */
	over = $state('');
	/** Chosen by hand; the last running node while it is empty. */
	chosenNode = $state('');
	#visits = $state.raw<Visit[]>([]);
	#at = $state(-1);
	readonly #state: ClusterState;
	#cluster: Cluster | undefined;
	#jar = new CookieJar(Date.now);
	#asking: AbortController | undefined;
	#id = 0;

	readonly node: string | undefined = $derived.by(() => {
		const running = this.#state.nodes.filter((one) => one.power === 'running');
		return (running.find((one) => one.name === this.chosenNode) ?? running.at(-1))?.name;
	});
	readonly #visit: Visit | undefined = $derived(this.#visits[this.#at]);
	/** Where it is; empty before the first page. */
	readonly url: string = $derived(this.#visit?.request.url ?? '');
	readonly title: string = $derived(this.#visit?.title ?? '');
	readonly canGoBack: boolean = $derived(this.#at > 0);
	readonly canGoForward: boolean = $derived(this.#at < this.#visits.length - 1);

	constructor(state: ClusterState) {
		this.#state = state;
	}

	/** Begins anew with these machines. */
	connect(cluster: Cluster | undefined): void {
		this.home();
		this.#cluster = cluster;
		this.#jar = new CookieJar(Date.now);
		this.#visits = [];
		this.#at = -1;
		this.repeats = false;
	}

	go(url: string): void {
		this.navigate({ url });
	}
	/** A link or a form of the page in view. */
	navigate(request: PageRequest): void {
		this.#begin(request, (visit) => {
			this.#visits = [...this.#visits.slice(0, this.#at + 1), visit];
			this.#at = this.#visits.length - 1;
		});
	}
	back(): void {
		this.#again(this.#at - 1);
	}
	forward(): void {
		this.#again(this.#at + 1);
	}
	reload(): void {
		this.#again(this.#at);
	}
	/** As `reload`, for what a form has sent. */
	resend(): void {
		this.#again(this.#at, true);
	}
	stop(): void {
		this.#asking?.abort();
		this.coming = undefined;
		this.busy = false;
	}
	/** Shows no page: the list of what is served is seen. */
	home(): void {
		this.stop();
		this.repeats = false;
		this.shown = this.failure = this.file = this.took = undefined;
		this.#at = this.#visits.length;
	}

	/** It comes into view: the page that was open has to be asked for again. */
	enter(): void {
		if (this.url !== '' && !this.failure && !this.file) this.reload();
	}
	/** It goes out of view, and its frames with it. */
	leave(): void {
		this.stop();
		this.shown = undefined;
	}

	/** The coming page has begun: it is the one in view. */
	began(page: Framed): void {
		if (page !== this.coming) return;
		this.shown = page;
		this.coming = undefined;
		this.over = '';
	}
	/** The page has come to its end, or broke off. */
	ended(page: Framed): void {
		if (page === this.shown || page === this.coming) this.busy = false;
	}
	named(page: Framed, title: string): void {
		const visit = this.#visit;
		if (!visit || (page !== this.shown && page !== this.coming)) return;
		this.#visits = this.#visits.map((one) => (one === visit ? { ...one, title } : one));
	}
	fail(error: BrowseError): void {
		this.stop();
		this.shown = undefined;
		this.failure = error;
	}

	#again(at: number, isSure = false): void {
		const visit = this.#visits[at];
		if (!visit) return;
		const { request } = visit;
		if (isSure || (request.method ?? 'GET') === 'GET')
			return this.#begin(request, (fresh) => this.#replace(at, fresh));
		this.#at = at;
		this.fail(new BrowseError('resubmit', request.url, 'a form was sent'));
	}
	#replace(at: number, fresh: Visit): void {
		this.#visits = this.#visits.map((one, index) => (index === at ? fresh : one));
		this.#at = at;
	}

	#begin(request: PageRequest, keep: (visit: Visit) => void): void {
		this.stop();
		this.file = this.took = undefined;
		this.busy = true;
		const asking = (this.#asking = new AbortController());
		let isKept = false;
		const keepOnce = (visit: Visit) => {
			if (!isKept) keep(visit);
			isKept = true;
		};
		this.#load(request, keepOnce, asking.signal).catch((error: unknown) => {
			if (asking.signal.aborted) return;
			keepOnce({ request, title: '' });
			const known = error instanceof BrowseError;
			this.fail(known ? error : new BrowseError('other', request.url, reasonOf(error)));
		});
	}

	async #load(
		request: PageRequest,
		keep: (visit: Visit) => void,
		signal: AbortSignal,
	): Promise<void> {
		const { node } = this;
		if (!this.#cluster || node === undefined)
			throw new BrowseError('machine', request.url, 'no machine runs');
		const asker = { web: this.#cluster.web(node), jar: this.#jar };
		const began = performance.now();
		const headers = { accept, ...request.headers };
		const answer = await ask(asker, { ...request, headers }, signal);
		signal.throwIfAborted();
		this.took = performance.now() - began;
		if (answer.status === 204 || answer.status === 205) return this.stop();
		const isMoved = answer.url !== request.url;
		const visit = { request: isMoved ? { url: answer.url } : request, title: '' };
		await this.#take(answer, asker, () => keep(visit), signal);
	}

	async #take(
		answer: PageAnswer,
		asker: Asker,
		keep: () => void,
		signal: AbortSignal,
	): Promise<void> {
		const { headers, status, url } = answer;
		const isVague = status >= 400 || headers['content-type'] === undefined;
		const { first, body } = isVague
			? await peeked(answer.body)
			: { first: new Uint8Array(), body: answer.body };
		const content = contentOf(headers, first);
		signal.throwIfAborted();
		if (content.shows === 'file') return this.#save({ ...answer, body }, content.type, signal);
		keep();
		if (status >= 400 && first.length === 0)
			throw new BrowseError('status', url, `HTTP ERROR ${status}`);
		this.failure = undefined;
		this.coming = { id: ++this.#id, answer: { ...answer, body }, content, asker };
	}

	async #save(
		{ url, headers, body }: PageAnswer,
		type: string,
		signal: AbortSignal,
	): Promise<void> {
		const bytes = await collect(body, fileMax);
		signal.throwIfAborted();
		if (!bytes) throw new BrowseError('other', url, `the file is larger than ${fileMax} bytes`);
		this.file = { name: fileName(url, headers), type, bytes };
		this.busy = false;
	}
}
