import type { Headers as Fields } from '../../api/transport.ts';
import type { FromFrame, ToFrame } from '../frame-messages.ts';

type Answer = Extract<ToFrame, { kind: 'head' | 'piece' | 'close' }>;

interface Open {
	head: (head: Extract<Answer, { kind: 'head' }>) => void;
	piece: (data: Uint8Array<ArrayBuffer>) => void;
	close: (failed: boolean) => void;
}

const isOwn = (url: string) => /^(data|blob):/.test(url);

/** The network as scripts of the page know it, over the port. */
export class FrameNetwork {
	readonly say: (message: FromFrame) => void;
	readonly #open = new Map<number, Open>();
	#id = 0;

	constructor(say: (message: FromFrame) => void) {
		this.say = say;
	}

	/** Gives scripts a `fetch` that goes through the machines; addresses within the page are read as ever. */
	install(target: Window & typeof globalThis): void {
		const own = target.fetch.bind(target);
		target.fetch = async (input, init) => {
			const request = new Request(input, init);
			return isOwn(request.url) ? own(input, init) : this.#fetch(request, false);
		};
	}

	hear(message: Answer): void {
		const open = this.#open.get(message.id);
		if (message.kind === 'head') open?.head(message);
		else if (message.kind === 'piece') open?.piece(message.data);
		else {
			this.#open.delete(message.id);
			open?.close(message.failed);
		}
	}

	/** An address of this document for what is at `url`. */
	async blob(url: string): Promise<string> {
		const response = await this.#fetch(new Request(url), true);
		if (!response.ok) throw new Error(`HTTP ${response.status}`);
		return URL.createObjectURL(await response.blob());
	}

	async #fetch(request: Request, isResource: boolean): Promise<Response> {
		const { url, method, signal } = request;
		const body = ['GET', 'HEAD'].includes(method)
			? undefined
			: new Uint8Array(await request.arrayBuffer());
		const headers: Fields = Object.fromEntries(request.headers);
		signal.throwIfAborted();
		const id = ++this.#id;
		const { promise, resolve, reject } = withResolvers<Response>();
		this.#open.set(
			id,
			answering(resolve, reject, () => this.say({ kind: 'abort', id })),
		);
		signal.addEventListener('abort', () => {
			this.say({ kind: 'abort', id });
			reject(signal.reason as Error);
		});
		this.say({ kind: 'fetch', id, url, method, headers, body, isResource });
		return promise;
	}
}

function withResolvers<T>() {
	let resolve: (value: T) => void = () => undefined;
	let reject: (error: Error) => void = () => undefined;
	const promise = new Promise<T>((yes, no) => {
		resolve = yes;
		reject = no;
	});
	return { promise, resolve, reject };
}

/** Turns the messages of one answer into a Response whose body is read as it comes. */
function answering(
	resolve: (response: Response) => void,
	reject: (error: Error) => void,
	cancel: () => void,
): Open {
	let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;
	const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
		start: (given) => void (controller = given),
		cancel,
	});
	const failure = () => new TypeError('Failed to fetch');
	return {
		head: ({ url, status, headers }) => {
			const isEmpty = [101, 204, 205, 304].includes(status);
			const response = new Response(isEmpty ? null : body, { status, headers: readable(headers) });
			Object.defineProperty(response, 'url', { value: url });
			resolve(response);
		},
		piece: (data) => controller?.enqueue(data),
		close: (failed) => {
			if (!failed) return controller?.close();
			controller?.error(failure());
			reject(failure());
		},
	};
}

/** Cookies are not for scripts; a packed body has been unpacked on the way. */
function readable(headers: Fields): Headers {
	const result = new Headers();
	for (const [name, value] of Object.entries(headers))
		try {
			if (name === 'set-cookie' || name === 'content-encoding') continue;
			result.append(name, value);
		} catch {
			// No header that a script could read.
		}
	return result;
}
