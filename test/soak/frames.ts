import { GuestAgent } from '../../src/node/agent/agent.ts';
import { AttributeWriter } from '../../src/node/agent/attributes.ts';
import { encodeFrame, FrameReader } from '../../src/node/agent/frame.ts';
import { attribute, frameMore, frameType } from '../../src/node/agent/protocol.ts';
import { ManualClock } from '../../src/util/clock.ts';
import type { Random } from './random.ts';
import type { Target } from './soak.ts';

const types = Object.values(frameType);
const tags = Object.values(attribute);
const guestIds = 0x80000000;
/** The longest that anything asked of a guest is waited for, and the longest that a cut frame holds up others. */
const patienceMs = 30_000;

/** The host's side of an agent, between a guest that answers as it should and somebody who writes to the same port. */
export class FramesTarget implements Target {
	readonly #clock = new ManualClock();
	readonly #agent: GuestAgent;
	readonly #reader = new FrameReader();
	#toHost: (bytes: Uint8Array) => void = () => undefined;
	#last = '';

	constructor() {
		const channel = {
			send: (bytes: Uint8Array) => this.#answer(bytes),
			onBytes: (listener: (bytes: Uint8Array) => void) => (this.#toHost = listener),
		};
		this.#agent = new GuestAgent(channel, this.#clock);
		this.#agent.subscribe(() => undefined, { processes: true });
		this.#agent.onCommand((session) => void session.read().catch(() => undefined));
	}

	async step(random: Random): Promise<void> {
		const bytes = nonsense(random);
		this.#last = `${bytes.length} bytes: ${Buffer.from(bytes).toString('hex').slice(0, 400)}`;
		const asked = this.#agent.spawn({ argv: ['true'], env: [] });
		asked.catch(() => undefined);
		this.#toHost(bytes);
		if (random.chance(0.05)) await this.#isWhole();
	}

	describe(): string {
		return this.#last;
	}

	check(): Promise<void> {
		return this.#isWhole();
	}

	/** What was begun and not ended is given up; then a question has its own answer. */
	async #isWhole(): Promise<void> {
		await this.#clock.advance(patienceMs);
		const { protocol } = await this.#agent.hello();
		if (protocol !== 7) throw new Error(`an answer to another question: ${protocol}`);
	}

	#answer(bytes: Uint8Array): void {
		const hello = new AttributeWriter().u32(attribute.version, 7).finish();
		for (const { type, id } of this.#reader.push(bytes))
			if (type === frameType.hello) this.#toHost(encodeFrame(frameType.result, id, hello));
	}
}

/** One piece of what somebody who is root in a guest can write. */
function nonsense(random: Random): Uint8Array<ArrayBuffer> {
	return random.weighted(
		[1, () => random.bytes(1 + random.int(5000))],
		[1, () => cut(random, frame(random))],
		[1, () => damaged(random, frame(random))],
		[4, () => frame(random)],
	);
}

/** A whole frame with its checksums, of any type and for anybody. */
function frame(random: Random): Uint8Array<ArrayBuffer> {
	const type = random.chance(0.8) ? random.pick(types) : random.int(256);
	const near = random.int(6);
	const id = random.pick([0, near, guestIds + near, 0xffffffff]);
	const flags = random.pick([0, 0, frameMore, random.int(256)]);
	return encodeFrame(type, id, payload(random), flags);
}

function payload(random: Random): Uint8Array<ArrayBuffer> {
	return random.weighted(
		[1, () => random.bytes(random.int(8))],
		[1, () => random.bytes(random.int(200))],
		[3, () => list(random)],
		[2, () => damaged(random, list(random))],
	);
}

/** Attributes, some of them lists again. */
function list(random: Random): Uint8Array<ArrayBuffer> {
	const out = new AttributeWriter();
	for (let count = random.int(6); count > 0; count--) {
		const tag = random.pick(tags);
		if (random.chance(0.3)) out.list(tag, (inner) => inner.u32(tag, random.int(2 ** 32)));
		else if (random.chance(0.5)) out.u32(tag, random.int(2 ** 32));
		else out.bytes(tag, random.bytes(random.int(20)));
	}
	return out.finish().slice();
}

function cut(random: Random, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
	return bytes.slice(0, random.int(bytes.length + 1));
}

function damaged(random: Random, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
	if (bytes.length > 0) bytes[random.int(bytes.length)] = random.int(256);
	return bytes;
}
