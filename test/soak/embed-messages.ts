import { protocol } from '../../src/api/embed.ts';
import { hostileKeys, hostileText, hostileValue, mutate, ownKey } from './hostile.ts';
import type { Random } from './random.ts';

/** A value that crosses `postMessage`, of whatever kind. */
export function cloneable(random: Random): unknown {
	return random.weighted<unknown>(
		[5, () => hostileValue(random)],
		[1, () => undefined],
		[1, () => random.pick([1n, NaN, Infinity, new Date(NaN), /x/g, Object(1), Object('text')])],
		[1, () => new Map([[hostileText(random), hostileText(random)]])],
		[1, () => new Set([{}])],
		[1, () => random.bytes(random.int(1000))],
		[1, () => new Error('forged')],
		[1, () => ring()],
		[1, () => Object.assign([], { 3: 'd' })],
		[1, () => ({ toString: 1, valueOf: 2, [Symbol.toPrimitive.toString()]: 3 })],
		[0.5, () => 'x'.repeat(random.pick([65_537, 1_000_000]))],
		[0.5, () => Array.from({ length: 10_000 }, () => 0)],
	);
}

/** A value as it arrives; what is nested too deeply to cross is posted by nobody. */
export function crossing(value: unknown): unknown {
	try {
		return structuredClone(value);
	} catch {
		return {};
	}
}

function ring(): object {
	const value: Record<string, unknown> = {};
	value['self'] = value;
	return value;
}

/** A message with places changed, as somebody who knows the protocol sends it. */
function spoiled(random: Random, message: Record<string, unknown>): unknown {
	const spoilt = crossing(message) as Record<string, unknown>;
	for (let left = random.int(4); left > 0; left--)
		random.weighted<unknown>(
			[2, () => mutate(random, spoilt)],
			[2, () => ownKey(spoilt, random.pick(Object.keys(message)), cloneable(random))],
			[1, () => ownKey(spoilt, random.pick(hostileKeys), cloneable(random))],
		);
	return spoilt;
}

const methods =
	'goto reset restore getState setLocale setTheme setFont pause resume focus run apply';
const texts = ['one', 'two', 'zh-CN', 'en', 'dark', 'node-1', 'rm -rf /', '{}', '{"at":"two"}'];

/** A call to a lesson: half of them could be meant. */
export function hostileCall(random: Random, id: number): unknown {
	const argument = () =>
		random.weighted<unknown>(
			[4, () => random.pick(texts)],
			[1, () => random.pick([12, 28, 11, 29, -1, NaN, 1e9])],
			[1, () => cloneable(random)],
		);
	const call = {
		v: 1,
		type: 'call',
		id,
		method: random.chance(0.9) ? random.pick(methods.split(' ')) : random.pick(hostileKeys),
		args: Array.from({ length: random.pick([0, 1, 1, 1, 2, 5]) }, argument),
	};
	const sent = random.weighted<unknown>(
		[5, () => call],
		[4, () => spoiled(random, call)],
		[2, () => cloneable(random)],
	);
	return crossing(sent);
}

const score = { raw: 80, max: 100, scaled: 0.8 };
const events: Record<string, unknown>[] = [
	{ type: 'welcome', lesson: 'a', version: 1, steps: ['one'], locale: 'en', caps: ['goto'] },
	{ type: 'boot', phase: 'booting', fraction: 0.5, text: 'x', bytes: 1, total: 2 },
	{ type: 'status', state: 'ready' },
	{ type: 'status', state: 'paused' },
	{ type: 'state', blob: '{}' },
	{ type: 'resize', height: 300 },
	{ type: 'focus-exit', direction: 'backward' },
	{ type: 'error', code: 'x', text: 'y', recoverable: true },
	{ type: 'progress', done: 1, total: 2 },
	{ type: 'quiz', id: 'q', correct: true, tries: 1 },
	{ type: 'step-complete', step: 'one', hints: 0, solved: false, seconds: 1 },
	{ type: 'lesson-complete', lesson: 'a', version: 1, score, seconds: 1, solved: 0, receipt: '' },
	{ type: 'result', id: 1000, value: 'x' },
	{ type: 'result', id: 1000, error: 'x' },
];

/** What a lesson's frame says to its page, or somebody in its place. */
export function hostileEvent(random: Random): unknown {
	const event = { v: random.pick([1, 1, 2, 0]), ...random.pick(events) };
	const sent = random.weighted<unknown>(
		[3, () => event],
		[6, () => spoiled(random, event)],
		[2, () => cloneable(random)],
	);
	return crossing(sent);
}

/** One message to a window; `null` is somebody who is not expected. */
export interface WindowMessage {
	data: unknown;
	isFromPeer: boolean;
	isFromOrigin: boolean;
	hasPort: boolean;
}

/** What somebody says who has heard the handshake: something in it is not right. */
export function forged(random: Random, type: 'ready' | 'connect', nonce: string): WindowMessage {
	const data = { ns: protocol, v: 1, type, nonce };
	const good = { data, isFromPeer: true, isFromOrigin: true, hasPort: true };
	return random.pick<WindowMessage>([
		{ ...good, isFromPeer: false },
		{ ...good, isFromPeer: false, isFromOrigin: false },
		{ ...good, data: { ...data, ns: random.pick(['drydock-lesson/2', '', '__proto__']) } },
		{ ...good, data: { ...data, nonce: random.pick<unknown>([5, {}, null, 'x'.repeat(65)]) } },
		{ ...good, data: { ...data, type: random.pick(['call', 'welcome', 'constructor']) } },
		{ ...good, data: cloneable(random), isFromPeer: random.chance(0.5) },
		{ ...good, data: JSON.stringify(data) },
		{ ...good, data: [data] },
	]);
}
