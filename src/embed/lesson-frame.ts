import type {
	ConnectMessage,
	FrameCall,
	FrameCalls,
	FrameEvent,
	HostMessage,
	LessonStatus,
	ReadyMessage,
} from '../api/embed.ts';
import { isFrameEvent, isResult, type Result } from './frame-message.ts';

const protocol: ReadyMessage['ns'] = 'drydock-lesson/1';
const version = 1;
const callTimeoutMs = 10_000;

export type EventOf<T extends FrameEvent['type']> = Extract<FrameEvent, { type: T }>;
type Listener = (event: FrameEvent) => void;

function isReady(data: unknown): data is ReadyMessage {
	const { ns, type, nonce } = (data ?? {}) as Partial<ReadyMessage>;
	return ns === protocol && type === 'ready' && typeof nonce === 'string' && nonce.length <= 64;
}

/** A frame without an origin of its own says that its origin is `null`. */
function originOf(iframe: HTMLIFrameElement): string {
	const isOpaque = iframe.hasAttribute('sandbox') && !iframe.sandbox.contains('allow-same-origin');
	return isOpaque ? 'null' : new URL(iframe.src, document.baseURI).origin;
}

/**
 * A lesson in an iframe, as its course page sees it. Connects by itself as soon as the frame is ready, and again
 * after the frame was loaded anew. Everything else that comes to this window is ignored and counted.
 */
export class LessonFrame {
	readonly iframe: HTMLIFrameElement;
	status: LessonStatus = 'idle';
	/** Messages that were not for us, or not from our frame. */
	ignored = 0;
	readonly #listeners = new Map<string, Set<Listener>>();
	readonly #calls = new Map<number, { settle: (result: Result) => void }>();
	readonly #onMessage = (event: MessageEvent) => this.#connect(event);
	#port: MessagePort | undefined;
	#nonce = '';
	#waiting: HostMessage[] = [];
	#next = 1;

	constructor(iframe: HTMLIFrameElement) {
		this.iframe = iframe;
		addEventListener('message', this.#onMessage);
	}
	get connected(): boolean {
		return this.#port !== undefined;
	}
	/** Calls `listener` for each event of this type; `*` for all. Answers what ends it. */
	on<T extends FrameEvent['type']>(type: T, listener: (event: EventOf<T>) => void): () => void;
	on(type: '*', listener: (event: FrameEvent) => void): () => void;
	on(type: string, listener: (event: never) => void): () => void {
		const own = this.#listeners.get(type) ?? new Set();
		this.#listeners.set(type, own.add(listener as Listener));
		return () => own.delete(listener as Listener);
	}
	/** Tells the frame to do something; calls made before it is connected wait. Rejects with what it answers. */
	call<M extends FrameCall>(method: M, ...args: Parameters<FrameCalls[M]>): Promise<string> {
		const id = this.#next++;
		const message: HostMessage = { v: version, type: 'call', id, method, args };
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => {
				this.#calls.delete(id);
				reject(new Error(`the lesson did not answer "${method}"`));
			}, callTimeoutMs);
			const settle = ({ value, error }: { value?: string; error?: string }) => {
				clearTimeout(timer);
				this.#calls.delete(id);
				if (error === undefined) resolve(value ?? '');
				else reject(new Error(error));
			};
			this.#calls.set(id, { settle });
			if (this.#port) this.#port.postMessage(message);
			else this.#waiting.push(message);
		});
	}
	close(): void {
		removeEventListener('message', this.#onMessage);
		this.#port?.close();
		this.#port = undefined;
		for (const { settle } of [...this.#calls.values()])
			settle({ v: version, type: 'result', id: 0, error: 'the lesson was closed' });
	}

	#connect(event: MessageEvent): void {
		const origin = originOf(this.iframe);
		const own = event.source === this.iframe.contentWindow && event.origin === origin;
		if (!own || !isReady(event.data) || event.data.nonce === this.#nonce) {
			this.ignored++;
			return;
		}
		this.#nonce = event.data.nonce;
		this.#port?.close();
		const { port1, port2 } = new MessageChannel();
		this.#port = port1;
		port1.onmessage = ({ data }: MessageEvent<unknown>) => this.#receive(data);
		const answer: ConnectMessage = {
			ns: protocol,
			v: version,
			type: 'connect',
			nonce: this.#nonce,
		};
		// A frame without an origin cannot be named; the nonce and the window say who is meant.
		this.iframe.contentWindow?.postMessage(answer, origin === 'null' ? '*' : origin, [port2]);
		for (const message of this.#waiting.splice(0)) port1.postMessage(message);
	}
	#receive(message: unknown): void {
		if (isResult(message)) this.#calls.get(message.id)?.settle(message);
		else if (isFrameEvent(message)) this.#tell(message);
		else this.ignored++;
	}
	#tell(event: FrameEvent): void {
		if (event.type === 'status') this.status = event.state;
		for (const type of [event.type, '*'])
			for (const listener of this.#listeners.get(type) ?? []) listener(event);
	}
}
