import type { ChannelMessage, Headers, HttpRequest } from '../api/transport.ts';
import { EngineError } from './engine-error.ts';
import { isStatus, StatusError } from './status.ts';

/** The part of a MessagePort that browsers, workers and Node's worker_threads share. */
export interface Port {
	postMessage(message: unknown, transfer: ArrayBuffer[]): void;
	addEventListener(type: string, listener: (event: Event) => void): void;
	removeEventListener(type: string, listener: (event: Event) => void): void;
	start?(): void;
}

/** How many chunks may be under way before the receiver has taken one. */
export const window = 32;

/** An error as it crosses a port; a Status and an engine's code survive. */
export interface WireError {
	name: string;
	message: string;
	fields: Record<string, unknown>;
}

export type Payload = string | Uint8Array<ArrayBuffer> | ChannelMessage;

/** What one exchange says; `id` is the client's, `to` keeps the two directions of one port apart. */
export type PortMessage = { rpc: 'http'; to: 'server' | 'client'; id: number } & (
	| { kind: 'request' | 'upgrade'; request: HttpRequest }
	| { kind: 'response'; status: number; headers: Headers; body?: string | Uint8Array<ArrayBuffer> }
	| { kind: 'upgraded' | 'abort' }
	| { kind: 'refused' | 'end'; error?: WireError }
	| { kind: 'data'; data: Payload }
	| { kind: 'credit'; count: number }
);

/** One direction's messages without their envelope. */
export type PortBody = PortMessage extends infer M
	? M extends PortMessage
		? Omit<M, 'rpc' | 'to' | 'id'>
		: never
	: never;

const kept = ['status', 'code', 'errno', 'reason'];

/** Keeps the fields that callers read: a Status, an errno, an engine's code. */
export function toWire(error: unknown): WireError {
	if (!(error instanceof Error)) return { name: 'Error', message: String(error), fields: {} };
	const fields: Record<string, unknown> = {};
	for (const key of kept) {
		const value = (error as unknown as Record<string, unknown>)[key];
		if (value !== undefined && typeof value !== 'function') fields[key] = value;
	}
	return { name: error.name, message: error.message, fields };
}

/** The error that {@link toWire} was given, as an instance of its class. */
export function fromWire({ name, message, fields }: WireError): Error {
	if (isStatus(fields['status'])) return new StatusError(fields['status']);
	if (name === 'EngineError') return new EngineError(Number(fields['status']), message);
	if (name === 'AbortError') return new DOMException(message, 'AbortError');
	const error = new Error(message);
	error.name = name;
	return Object.assign(error, fields);
}

/** Bytes in a buffer of their own, so that they can be transferred without taking others along. */
export function ownBytes(payload: Payload): { data: Payload; transfer: ArrayBuffer[] } {
	if (typeof payload === 'string') return { data: payload, transfer: [] };
	if (payload instanceof Uint8Array) {
		const data = payload.slice();
		return { data, transfer: [data.buffer] };
	}
	if (!payload.data) return { data: payload, transfer: [] };
	const data = payload.data.slice();
	return { data: { channel: payload.channel, data }, transfer: [data.buffer] };
}

/** Whether a port's message is one of ours for this side. */
function isFor(to: 'server' | 'client', data: unknown): data is PortMessage {
	const message = data as Partial<PortMessage> | null | undefined;
	return typeof message === 'object' && message?.rpc === 'http' && message.to === to;
}

/** Listens for this side's messages and for the port's loss; returns the way to stop. */
export function listen(
	port: Port,
	to: 'server' | 'client',
	onMessage: (message: PortMessage) => void,
	onClose: () => void,
): () => void {
	const receive = (event: Event) => {
		const { data } = event as MessageEvent<unknown>;
		if (isFor(to, data)) onMessage(data);
	};
	port.addEventListener('message', receive);
	port.addEventListener('close', onClose);
	port.start?.();
	return () => {
		port.removeEventListener('message', receive);
		port.removeEventListener('close', onClose);
	};
}
