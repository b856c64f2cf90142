import { embedAddress, optionNames, type LessonOptions } from './address.ts';
import { LessonFrame } from './lesson-frame.ts';
import { takeTurns } from './turns.ts';

const style =
	':host{display:block}:host([hidden]){display:none}iframe{display:block;width:100%;height:100%;border:0}';
/** Attributes that a running lesson can follow without being loaded anew. */
const live: Record<string, 'setLocale' | 'setTheme' | 'goto'> = {
	lang: 'setLocale',
	theme: 'setTheme',
	step: 'goto',
};

/** `embed.js` lies beside `embed.html`. */
const self = import.meta.url;
const base = new URL('./', self);

/** Looks up the page for what the host says about itself. */
function hostLanguage(element: Element): string {
	return element.closest('[lang]')?.getAttribute('lang') ?? '';
}

/**
 * `<drydock-lesson lesson="rolling-update" lang="zh-CN" height="640">`: attributes are the frame's parameters;
 * `height` is pixels or `auto`, `base` another place of the site. Every event of the frame is dispatched as
 * `lesson-…` (`lesson-complete`, `lesson-step-complete`, …) with the message as `detail`.
 */
export class LessonElement extends HTMLElement {
	static readonly observedAttributes = [...optionNames, 'height', 'base', 'sandbox', 'title'];
	#frame: LessonFrame | undefined;
	#stopTurns: (() => void) | undefined;

	connectedCallback(): void {
		if (!this.#frame) this.#load();
	}
	disconnectedCallback(): void {
		// Moving an element disconnects it for a moment: only what stays away is closed.
		queueMicrotask(() => {
			if (!this.isConnected) this.#close();
		});
	}
	attributeChangedCallback(name: string, before: string | null, now: string | null): void {
		if (!this.#frame || before === now) return;
		const method = live[name];
		if (name === 'height') this.#size();
		else if (name === 'title') this.#frame.iframe.title = now ?? '';
		else if (method && now !== null) void this.#frame.call(method, now).catch(() => undefined);
		else this.#load();
	}
	/** The client of the frame: events and calls. */
	get frame(): LessonFrame {
		if (!this.#frame) throw new Error('<drydock-lesson> is not in a document');
		return this.#frame;
	}

	#load(): void {
		this.#close();
		const iframe = document.createElement('iframe');
		iframe.title = this.getAttribute('title') ?? `Drydock: ${this.getAttribute('lesson') ?? ''}`;
		iframe.allow = 'clipboard-read; clipboard-write; fullscreen';
		iframe.allowFullscreen = true;
		iframe.loading = 'lazy';
		const sandbox = this.getAttribute('sandbox');
		if (sandbox !== null) iframe.setAttribute('sandbox', sandbox);
		iframe.src = embedAddress(new URL(this.getAttribute('base') ?? './', base), this.#options());
		const frame = new LessonFrame(iframe);
		frame.on('*', (event) =>
			this.dispatchEvent(
				new CustomEvent(event.type.startsWith('lesson-') ? event.type : `lesson-${event.type}`, {
					detail: event,
					bubbles: true,
				}),
			),
		);
		frame.on('resize', ({ height }) => {
			if (this.getAttribute('height') === 'auto') this.style.height = `${height}px`;
		});
		frame.on('focus-exit', () => this.#leave());
		this.#stopTurns = takeTurns(frame);
		this.#frame = frame;
		const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
		const sheet = document.createElement('style');
		sheet.textContent = style;
		root.replaceChildren(sheet, iframe);
		this.#size();
	}
	#close(): void {
		this.#stopTurns?.();
		this.#frame?.close();
		this.#frame = undefined;
	}
	#options(): LessonOptions {
		const options: Record<string, string | string[]> = {};
		for (const name of optionNames) {
			const value = this.getAttribute(name);
			if (value !== null) options[name] = name === 'host' ? value.split(/\s+/) : value;
		}
		if (this.getAttribute('lang') === null) options['lang'] = hostLanguage(this);
		return { lesson: '', ...options };
	}
	#size(): void {
		const height = this.getAttribute('height') ?? '640';
		this.style.height = /^\d+$/.test(height) ? `${height}px` : height === 'auto' ? '640px' : height;
	}
	/** Gives the keys back to the page: a slide deck can go on. */
	#leave(): void {
		const before = this.tabIndex;
		this.tabIndex = -1;
		this.focus();
		if (before < 0) this.removeAttribute('tabindex');
	}
}
