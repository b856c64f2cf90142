import type { Clock, Timer } from '../../util/clock.ts';
import { findAttribute, readAttributes, type Attribute } from './attributes.ts';
import { concatBytes } from './bytes.ts';
import { encodeFrame, FrameReader, type Frame } from './frame.ts';
import { errnoName, KernelError } from './kernel-error.ts';
import { attribute, frameMore, framePayload, frameType, guestStream } from './protocol.ts';

/** The bytes to and from the guest's port; the emulator's wrapper has one. */
export interface ByteChannel {
	send(bytes: Uint8Array): Promise<void> | void;
	onBytes(listener: (bytes: Uint8Array) => void): void;
}

/** What takes the frames of one stream. */
export interface StreamSink {
	frame(frame: Frame): void;
	/** The guest is gone. */
	fail(error: Error): void;
	/** The agent that carried this stream is gone and another one has begun, which does not know of it. */
	lost(error: Error): void;
}

interface Pending {
	parts: Uint8Array<ArrayBuffer>[];
	what: string;
	timer: Timer;
	resolve(answer: Attribute[]): void;
	reject(error: Error): void;
}

export interface RequestOptions {
	what: string;
	deadlineMs: number;
	/** Takes the frames that come under the request's id after the answer. */
	sink?: (id: number) => StreamSink;
}

const partialFrameMs = 1000;

/** Requests with deadlines and streams, over one byte channel. */
export class Connection {
	readonly #channel: ByteChannel;
	readonly #clock: Clock;
	readonly #reader = new FrameReader();
	readonly #pending = new Map<number, Pending>();
	readonly #streams = new Map<number, StreamSink>();
	#unasked: (frame: Frame) => void = () => undefined;
	#lastId = 0;
	#framesIn = 0;
	#framesOut = 0;
	#unreadable = 0;
	#closed: Error | undefined;
	#stale: Timer | undefined;

	constructor(channel: ByteChannel, clock: Clock) {
		this.#channel = channel;
		this.#clock = clock;
		channel.onBytes((bytes) => this.#receive(bytes));
	}

	get stats(): { framesIn: number; framesOut: number; badFrames: number } {
		return {
			framesIn: this.#framesIn,
			framesOut: this.#framesOut,
			badFrames: this.#reader.bad + this.#unreadable,
		};
	}

	/** Frames that belong to no request and no stream: events, and streams that begin in the guest. */
	onUnasked(listener: (frame: Frame) => void): void {
		this.#unasked = listener;
	}

	request(type: number, payload: Uint8Array, options: RequestOptions): Promise<Attribute[]> {
		if (this.#closed) return Promise.reject(this.#closed);
		const id = this.#nextId();
		if (options.sink) this.#streams.set(id, options.sink(id));
		return new Promise<Attribute[]>((resolve, reject) => {
			const timer = this.#clock.after(options.deadlineMs, () => this.#expire(id, options));
			this.#pending.set(id, { parts: [], what: options.what, timer, resolve, reject });
			this.#sendLong(type, id, payload);
		});
	}

	send(type: number, id: number, payload: Uint8Array = new Uint8Array()): void {
		if (!this.#closed) this.#sendFrame(encodeFrame(type, id, payload));
	}

	sendU32(type: number, id: number, value: number): void {
		const payload = new Uint8Array(4);
		new DataView(payload.buffer).setUint32(0, value, true);
		this.send(type, id, payload);
	}

	addStream(id: number, sink: StreamSink): void {
		this.#streams.set(id, sink);
	}

	dropStream(id: number): void {
		this.#streams.delete(id);
	}

	close(error: Error): void {
		if (this.#closed) return;
		this.#closed = error;
		this.#stale?.cancel();
		for (const id of [...this.#pending.keys()]) this.#settle(id)?.reject(error);
		for (const sink of this.#streams.values()) sink.fail(error);
		this.#streams.clear();
	}

	/** Another agent answers from now on: what the one before was asked or had open has ended with it. */
	startOver(error: Error): void {
		for (const id of [...this.#pending.keys()]) this.#settle(id)?.reject(error);
		const sinks = [...this.#streams.values()];
		this.#streams.clear();
		for (const sink of sinks) sink.lost(error);
	}

	#nextId(): number {
		do this.#lastId = (this.#lastId + 1) % guestStream;
		while (
			this.#lastId === 0 ||
			this.#streams.has(this.#lastId) ||
			this.#pending.has(this.#lastId)
		);
		return this.#lastId;
	}

	#expire(id: number, options: RequestOptions): void {
		const pending = this.#settle(id);
		this.dropStream(id);
		const text = `${options.what}: the guest did not answer within ${options.deadlineMs} ms`;
		pending?.reject(new KernelError('ETIMEDOUT', text, options.what));
	}

	#settle(id: number): Pending | undefined {
		const pending = this.#pending.get(id);
		pending?.timer.cancel();
		this.#pending.delete(id);
		return pending;
	}

	#sendLong(type: number, id: number, payload: Uint8Array): void {
		let at = 0;
		for (; payload.length - at > framePayload; at += framePayload)
			this.#sendFrame(encodeFrame(type, id, payload.subarray(at, at + framePayload), frameMore));
		this.#sendFrame(encodeFrame(type, id, payload.subarray(at)));
	}

	#sendFrame(bytes: Uint8Array): void {
		this.#framesOut++;
		// What was not sent gets no answer: the deadline of who asked tells.
		this.#channel.send(bytes)?.catch(() => undefined);
	}

	#receive(bytes: Uint8Array): void {
		if (this.#closed) return;
		this.#stale?.cancel();
		this.#stale = undefined;
		this.#dispatchAll(this.#reader.push(bytes));
		this.#watchPartial();
	}

	/** A frame whose rest was lost must not hold back what comes after it. */
	#watchPartial(): void {
		if (!this.#reader.waiting || this.#closed) return;
		this.#stale = this.#clock.after(partialFrameMs, () => {
			this.#dispatchAll(this.#reader.giveUp());
			this.#watchPartial();
		});
	}

	#dispatchAll(frames: Frame[]): void {
		for (const frame of frames) {
			this.#framesIn++;
			this.#tryDispatch(frame);
		}
	}

	/** Whoever is root in the guest can write whole frames of nonsense: they may stop nothing but themselves. */
	#tryDispatch(frame: Frame): void {
		try {
			this.#dispatch(frame);
		} catch {
			this.#unreadable++;
		}
	}

	#dispatch(frame: Frame): void {
		if (frame.type === frameType.result || frame.type === frameType.failure)
			return this.#answer(frame);
		const stream = this.#streams.get(frame.id);
		if (stream) stream.frame(frame);
		else this.#unasked(frame);
	}

	#answer(frame: Frame): void {
		const pending = this.#pending.get(frame.id);
		if (!pending) return this.#tooLate(frame);
		pending.parts.push(frame.payload);
		if (frame.flags & frameMore) return;
		this.#settle(frame.id);
		const list = readAttributes(concatBytes(pending.parts));
		if (frame.type === frameType.result) return pending.resolve(list);
		this.dropStream(frame.id);
		pending.reject(toError(list, pending.what));
	}

	/** A process that was started after its deadline has nobody who would wait for it. */
	#tooLate(frame: Frame): void {
		if (frame.type === frameType.result && !(frame.flags & frameMore))
			this.send(frameType.close, frame.id);
	}
}

/** The error an `errno` and `message` list describes. */
export function toError(list: Attribute[], what: string): KernelError {
	const errno = errnoName(findAttribute(list, attribute.errno)?.u32 ?? 0);
	return new KernelError(errno, findAttribute(list, attribute.message)?.text ?? what, what);
}
