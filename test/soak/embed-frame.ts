import { protocol, type FrameMessage } from '../../src/api/embed.ts';
import { callHandlers, type CallTargets } from '../../src/ui/embed/calls.ts';
import { FrameLink } from '../../src/ui/embed/frame-link.ts';
import { readParameters } from '../../src/ui/embed/parameters.ts';
import { crossing, forged, hostileCall, type WindowMessage } from './embed-messages.ts';
import type { Random } from './random.ts';

const themes = ['auto', 'light', 'dark', 'contrast'] as const;
const course = 'https://course.example';
const answerMs = 5_000;
/** Calls a second that are carried out, and a second may begin meanwhile. */
const mostCalls = 40;

/** A lesson that writes down what is done to it, and what should not have been. */
class Lesson {
	readonly typed: string[] = [];
	wrong = '';
	done = 0;
	readonly settings = { theme: 'auto' as const, textSize: 16 };

	targets(): CallTargets {
		const did = (what: string, isGood = true) => {
			this.done++;
			if (!isGood) this.wrong ||= what;
		};
		const type = async (...all: unknown[]) => {
			did(
				'typed what is no text',
				all.every((one) => typeof one === 'string'),
			);
			this.typed.push(all.join());
		};
		const playground = {
			pause: { pause: () => did('pause'), resume: () => did('resume') },
			terminals: { type },
			cluster: {
				putFile: async (...all: unknown[]) =>
					did(
						'wrote what is no text',
						all.every((one) => typeof one === 'string'),
					),
			},
		};
		const lesson = {
			steps: [{ id: 'one' }, { id: 'two' }],
			part: { first: 0 },
			lesson: { terminals: [{ name: 'node-1', on: 'node-1' }] },
			go: (index: number) => did(`went to ${index}`, index === 0 || index === 1),
			restart: () => did('restart'),
			restoreState: (blob: unknown) => did('restored what is no text', typeof blob === 'string'),
			saveState: () => 'saved',
		};
		const { settings } = this;
		const switchLocale = (locale: string) => did(locale, ['zh-CN', 'en'].includes(locale));
		const focus = () => did('focus');
		return { playground, lesson, settings, themes, switchLocale, focus } as unknown as CallTargets;
	}
	/** What a host has done that it may not. */
	fault(control: boolean): string {
		const { theme, textSize } = this.settings;
		if (this.typed.length > 0 && !control) return `typed ${this.typed[0]} without control`;
		if (!themes.includes(theme) || !(typeof textSize === 'number' && textSize <= 28))
			return `settings: ${String(theme)}, ${textSize}`;
		return this.wrong;
	}
}

/** The window of a frame, and those around it. */
function windowOf() {
	const listeners = new Set<(event: MessageEvent) => void>();
	const said: unknown[] = [];
	const parent = { postMessage: (message: unknown) => void said.push(message) };
	const window = {
		parent,
		addEventListener: (_type: string, listener: (event: MessageEvent) => void) =>
			listeners.add(listener),
		removeEventListener: (_type: string, listener: (event: MessageEvent) => void) =>
			listeners.delete(listener),
	};
	const tell = ({ data, isFromPeer, isFromOrigin, hasPort }: WindowMessage, port: MessagePort) => {
		const event = {
			data: crossing(data),
			source: isFromPeer ? parent : window,
			origin: isFromOrigin ? course : 'https://evil.example',
			ports: hasPort ? [port] : [],
		};
		for (const listener of listeners) listener(event as unknown as MessageEvent);
	};
	return { window: window as unknown as Window, said, tell };
}

/** Speaks as a course page to a frame of ours: forged handshakes, then calls, then what a good page does. */
export async function hostileHost(random: Random, note: (what: unknown) => void): Promise<void> {
	const search = random.pick(['', 'control=0', 'control=true', 'control=1', 'control=1&control=0']);
	const host = random.chance(0.5) ? `&host=${encodeURIComponent(course)}` : '';
	const { control, hosts } = readParameters(`?${search}${host}`);
	const lesson = new Lesson();
	const { window, said, tell } = windowOf();
	const handlers = callHandlers(lesson.targets(), control);
	const welcome = () => ({
		type: 'welcome' as const,
		lesson: 'a',
		version: 1,
		steps: [],
		locale: 'en',
		caps: [],
	});
	const link = new FrameLink({ window, hosts, handlers, welcome, onConnect: () => undefined });
	const channel = new MessageChannel();
	const other = new MessageChannel();
	try {
		link.start();
		const { nonce } = said[0] as { nonce: string };
		for (let left = random.int(5); left > 0; left--) {
			const message = forged(random, 'connect', nonce);
			note(message);
			tell(message, other.port2);
		}
		if (link.origin !== undefined) throw new Error('a forged handshake was taken');
		const data = { ns: protocol, v: 1, type: 'connect', nonce };
		const good = { data, isFromPeer: true, isFromOrigin: true, hasPort: true };
		tell(good, channel.port2);
		tell(good, other.port2);
		await talk(random, channel.port1, note);
		if (lesson.done > mostCalls) throw new Error(`${lesson.done} calls were carried out at once`);
		const fault = lesson.fault(control);
		if (fault) throw new Error(fault);
	} finally {
		link.stop();
		for (const { port1, port2 } of [channel, other])
			for (const port of [port1, port2]) port.close();
	}
}

/** Calls of all kinds, and one that has its answer, unless there were too many. */
async function talk(random: Random, port: MessagePort, note: (what: unknown) => void) {
	const isFlood = random.chance(0.05);
	const count = isFlood ? 100 : random.int(12);
	for (let id = 0; id < count; id++) {
		const call = hostileCall(random, id);
		note(call);
		port.postMessage(call);
	}
	if (isFlood) return void (await new Promise((resolve) => setTimeout(resolve, 5)));
	const id = 1_000_000;
	const answered = new Promise<FrameMessage>((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error('a good call has no answer')), answerMs);
		port.onmessage = ({ data }: MessageEvent<FrameMessage>) => {
			if (data.type !== 'result' || data.id !== id) return;
			clearTimeout(timer);
			resolve(data);
		};
	});
	port.postMessage({ v: 1, type: 'call', id, method: 'getState', args: [] });
	const answer = await answered;
	if (!('value' in answer) || answer.value !== 'saved')
		throw new Error(`a good call is answered ${JSON.stringify(answer)}`);
}
