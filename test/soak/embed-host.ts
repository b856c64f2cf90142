import { Window } from 'happy-dom';
import { protocol } from '../../src/api/embed.ts';
import type { LessonElement } from '../../src/embed/lesson-element.ts';
import type { LessonFrame } from '../../src/embed/lesson-frame.ts';
import { crossing, forged, hostileEvent, type WindowMessage } from './embed-messages.ts';
import type { Random } from './random.ts';

const site = 'https://site.example/embed.js';
const answerMs = 5_000;
const globals = [
	'window',
	'document',
	'HTMLElement',
	'customElements',
	'CustomEvent',
	'addEventListener',
	'removeEventListener',
] as const;

/** What a learning platform is told; it takes texts. */
function platform() {
	const yes = () => 'true';
	return {
		Initialize: yes,
		GetValue: () => '',
		SetValue: yes,
		Commit: yes,
		Terminate: yes,
	};
}

/** A course page in this process, with the element and with a learning platform's launch page. */
export class CoursePage {
	readonly #window: Window;
	readonly #before = new Map<string, PropertyDescriptor | undefined>();
	#launched: HTMLIFrameElement | undefined;
	#nonces = 0;

	constructor() {
		this.#window = new Window({
			url: 'https://course.example/',
			settings: {
				disableIframePageLoading: true,
				disableErrorCapturing: true,
				handleDisabledFileLoadingAsSuccess: true,
			},
		});
	}
	/** A browser's names, as long as the page is there. */
	async open(): Promise<void> {
		const window = this.#window as unknown as Record<string, unknown>;
		for (const name of globals) {
			const value = window[name];
			this.#before.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
			const isMethod = name.endsWith('EventListener');
			Object.defineProperty(globalThis, name, {
				value: isMethod ? (value as () => void).bind(window) : value,
				configurable: true,
				writable: true,
			});
		}
		globalThis.window = window as unknown as typeof globalThis.window;
		window['API_1484_11'] = platform();
		await import('../../src/embed/main.ts');
		const data = document.createElement('script');
		data.type = 'application/json';
		data.textContent = JSON.stringify({ base: 'https://site.example/', options: { lesson: 'a' } });
		document.body.append(data);
		await import('../../src/embed/scorm-launch.ts');
		this.#launched = document.querySelector('iframe') ?? undefined;
	}
	async close(): Promise<void> {
		for (const [name, descriptor] of this.#before)
			if (descriptor) Object.defineProperty(globalThis, name, descriptor);
			else Reflect.deleteProperty(globalThis, name);
		await this.#window.happyDOM.close();
	}
	/** Speaks as a frame to a course page of ours: forged handshakes, then events, then what a good lesson does. */
	async hostileFrame(random: Random, note: (what: unknown) => void): Promise<void> {
		if (this.#launched && random.chance(0.3)) {
			const port = this.#connected(random, this.#launched, note);
			await said(random, port, note);
			return port.close();
		}
		const element = document.createElement('drydock-lesson') as LessonElement;
		element.setAttribute('base', site);
		element.setAttribute('lesson', 'a');
		if (random.chance(0.3)) element.setAttribute('sandbox', 'allow-scripts');
		if (random.chance(0.5)) element.setAttribute('height', 'auto');
		document.body.append(element);
		const heard: string[] = [];
		element.addEventListener('lesson-welcome', () => heard.push('welcome'));
		try {
			const port = this.#connected(random, element.frame.iframe, note);
			await said(random, port, note);
			await isServed(element.frame, port);
			if (!heard.includes('welcome')) throw new Error('a good event is not heard');
			port.close();
		} finally {
			element.remove();
			await Promise.resolve();
		}
	}

	/** The frame's port after a good handshake. */
	#connected(
		random: Random,
		iframe: HTMLIFrameElement,
		note: (what: unknown) => void,
	): MessagePort {
		const ports: MessagePort[] = [];
		const content = {
			postMessage: (_message: unknown, _origin: string, [port]: MessagePort[]) =>
				port && ports.push(port),
		};
		Object.defineProperty(iframe, 'contentWindow', { value: content, configurable: true });
		const nonce = `nonce ${this.#nonces++}`;
		for (let left = random.int(5); left > 0; left--) {
			const message = forged(random, 'ready', nonce);
			note(message);
			this.#tell(iframe, message);
		}
		if (ports.length > 0) throw new Error('a forged handshake was answered');
		const data = { ns: protocol, v: 1, type: 'ready', nonce };
		for (let times = 0; times < 2; times++)
			this.#tell(iframe, { data, isFromPeer: true, isFromOrigin: true, hasPort: false });
		const [port, ...more] = ports;
		if (!port || more.length > 0) throw new Error(`${ports.length} answers to one handshake`);
		return port;
	}
	#tell(iframe: HTMLIFrameElement, message: WindowMessage): void {
		const isOpaque = iframe.hasAttribute('sandbox');
		const good = isOpaque ? 'null' : 'https://site.example';
		const event = new this.#window.MessageEvent('message', {
			data: crossing(message.data),
			origin: message.isFromOrigin ? good : 'https://evil.example',
			source: (message.isFromPeer ? iframe.contentWindow : this.#window) as never,
		});
		this.#window.dispatchEvent(event);
	}
}

async function said(random: Random, port: MessagePort, note: (what: unknown) => void) {
	for (let left = random.int(12); left > 0; left--) {
		const event = hostileEvent(random);
		note(event);
		port.postMessage(event);
	}
	// What was posted is delivered in its order before the timers.
	await new Promise((resolve) => setTimeout(resolve, 1));
}

/** A call reaches a good frame, and its answer the page. */
async function isServed(frame: LessonFrame, port: MessagePort): Promise<void> {
	port.onmessage = ({ data }: MessageEvent<{ id: number }>) => {
		port.postMessage({
			...{ v: 1, type: 'welcome', lesson: 'a', version: 1, steps: [], locale: 'en', caps: [] },
		});
		port.postMessage({ v: 1, type: 'result', id: data.id, value: 'saved' });
	};
	const late = new Promise<string>((resolve) => setTimeout(resolve, answerMs, 'nothing').unref());
	const value = await Promise.race([frame.call('getState'), late]);
	if (value !== 'saved') throw new Error(`a good call is answered ${value}`);
}
