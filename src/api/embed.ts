/**
 * The protocol between a lesson in a frame and the course page around it.
 *
 * 1. The frame posts `ready` with a nonce to its parent, again and again until somebody answers. It says
 *    nothing about the learner.
 * 2. The host answers `connect` with that nonce and a `MessagePort`, to the frame's exact origin.
 * 3. The frame takes the first right answer of its parent, pins that origin, and speaks on the port from then on.
 *
 * Every message has `v`; unknown types and fields are ignored by both sides.
 */

export const protocol = 'drydock-lesson/1';
export const protocolVersion = 1;

/** Frame → parent window, before there is a port. */
export interface ReadyMessage {
	ns: typeof protocol;
	v: number;
	type: 'ready';
	nonce: string;
}

/** Parent window → frame; the port comes along as the one transferred object. */
export interface ConnectMessage {
	ns: typeof protocol;
	v: number;
	type: 'connect';
	nonce: string;
}

export type LessonStatus = 'idle' | 'booting' | 'ready' | 'paused' | 'error';

export interface LessonScore {
	raw: number;
	max: number;
	/** 0…1 */
	scaled: number;
}

/** What a lesson says about itself while it is worked through. */
export type LessonReport =
	| { type: 'step-start'; step: string; index: number }
	| { type: 'check'; step: string; check: string; state: 'true' | 'false' | 'unknown' }
	| { type: 'hint-used'; step: string; hint: number }
	| {
			type: 'step-complete';
			step: string;
			hints: number;
			solved: boolean;
			seconds: number;
	  }
	| { type: 'quiz'; id: string; correct: boolean; tries: number }
	| { type: 'progress'; done: number; total: number }
	| {
			type: 'lesson-complete';
			lesson: string;
			version: number;
			score: LessonScore;
			seconds: number;
			/** Steps that were solved for the learner. */
			solved: number;
			receipt: string;
	  };

/** Frame → host on the port. */
export type FrameEvent =
	| {
			type: 'welcome';
			lesson: string;
			version: number;
			steps: string[];
			locale: string;
			/** What {@link FrameCall} may do here. */
			caps: string[];
	  }
	| { type: 'boot'; phase: string; fraction: number; text: string; bytes: number; total: number }
	| { type: 'status'; state: LessonStatus }
	/** For the course page to keep, at most 4 kB; `restore` takes it back. */
	| { type: 'state'; blob: string }
	| { type: 'resize'; height: number }
	/** The learner leaves the frame with the keyboard. */
	| { type: 'focus-exit'; direction: 'forward' | 'backward' }
	| { type: 'error'; code: string; text: string; recoverable: boolean }
	/** A shell's output; only with `log=1`. */
	| { type: 'log'; node: string; text: string }
	| LessonReport;

/** Host → frame on the port. `run` and `apply` need `control=1` in the frame's address. */
export interface FrameCalls {
	goto(step: string): void;
	reset(): void;
	/** A blob of an earlier `state` event. */
	restore(blob: string): void;
	getState(): string;
	setLocale(locale: string): void;
	setTheme(theme: string): void;
	setFont(pixels: number): void;
	/** `turn`: since another lesson's machines run; the learner is told. */
	pause(why?: string): void;
	resume(): void;
	focus(): void;
	run(command: string, terminal?: string): void;
	apply(yaml: string): void;
}
export type FrameCall = keyof FrameCalls;

export type FrameMessage =
	| ({ v: number } & FrameEvent)
	| { v: number; type: 'result'; id: number; value?: string; error?: string };

export interface HostMessage {
	v: number;
	type: 'call';
	id: number;
	method: FrameCall;
	args: unknown[];
}
