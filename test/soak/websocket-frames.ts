import { jsonOf, hostileText, hostileValue } from './hostile.ts';
import type { Random } from './random.ts';

/** What a client's WebSocket frame is made of; the fields that are left out are those of a good binary message. */
interface Frame {
	payload?: Uint8Array;
	opcode?: number;
	isLast?: boolean;
	/** Reserved bits. */
	reserved?: number;
	isMasked?: boolean;
	/** What the head says, when it lies. */
	length?: number | bigint;
}

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };
const stdin = 0;
const resize = 4;
const closeMark = 255;

export function webSocketFrame(frame: Frame): Buffer {
	const { payload = new Uint8Array(), opcode = opcodes.binary, isMasked = true } = frame;
	const { isLast = true, reserved = 0, length = payload.length } = frame;
	const mask = [1, 2, 3, 4];
	const mark = isMasked ? 0x80 : 0;
	const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
	head[0] = (isLast ? 0x80 : 0) | (reserved << 4) | opcode;
	if (length < 126) head[1] = mark | Number(length);
	else if (length < 65_536) {
		head[1] = mark | 126;
		head.writeUInt16BE(Number(length), 2);
	} else {
		head[1] = mark | 127;
		head.writeBigUInt64BE(BigInt.asUintN(64, BigInt(length)), 2);
	}
	if (!isMasked) return Buffer.concat([head, payload]);
	const masked = payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0));
	return Buffer.concat([head, Buffer.from(mask), masked]);
}

function onChannel(channel: number, data: string | Uint8Array): Uint8Array {
	return Buffer.concat([Uint8Array.of(channel), Buffer.from(data)]);
}

/** Sizes of a terminal, and what is none. */
function size(random: Random): string {
	return random.weighted<string>(
		[2, () => '{"Width":80,"Height":24}'],
		[
			2,
			() =>
				jsonOf({
					Width: random.chance(0.5) ? 80 : hostileValue(random),
					Height: hostileValue(random),
				}).slice(0, 60_000),
		],
		[2, () => random.pick(['not json', 'null', '7', '[]', '[{}]', '', '{', '{}', '"x"', 'true'])],
		[1, () => hostileText(random)],
	);
}

export { size as hostileSize };

/** A message that a client may send at any time. */
function message(random: Random): Buffer {
	const some = random.bytes(random.pick([0, 1, 10, 1000, 40_000]));
	return random.weighted<Buffer>(
		[5, () => webSocketFrame({ payload: onChannel(stdin, some) })],
		[3, () => webSocketFrame({ payload: onChannel(resize, size(random)) })],
		[2, () => webSocketFrame({ payload: onChannel(random.int(256), some) })],
		[1, () => webSocketFrame({ payload: Uint8Array.of(closeMark, random.pick([0, 0, 4, 1, 99])) })],
		[1, () => webSocketFrame({ payload: Uint8Array.of(closeMark, stdin, 1) })],
		[1, () => webSocketFrame({ payload: new Uint8Array() })],
		[1, () => fragmented(random, onChannel(stdin, some))],
		[1, () => text(random)],
		[1, () => webSocketFrame({ opcode: opcodes.ping, payload: some.subarray(0, 125) })],
		[0.5, () => webSocketFrame({ opcode: opcodes.pong })],
		[0.5, () => flood(random)],
	);
}

function text(random: Random): Buffer {
	const written = random.pick([
		'0aGVsbG8=',
		'0!!!!',
		'9',
		'x',
		'-1',
		'4eyJXaWR0aCI6MX0=',
		hostileText(random),
	]);
	return webSocketFrame({ opcode: opcodes.text, payload: Buffer.from(written) });
}

function fragmented(random: Random, payload: Uint8Array): Buffer {
	const at = random.int(payload.length);
	const rest = random.chance(0.5)
		? [webSocketFrame({ opcode: opcodes.ping, payload: Uint8Array.of(1) })]
		: [];
	return Buffer.concat([
		webSocketFrame({ payload: payload.subarray(0, at), isLast: false }),
		...rest,
		webSocketFrame({ payload: payload.subarray(at), opcode: opcodes.continuation }),
	]);
}

function flood(random: Random): Buffer {
	const one = random.chance(0.5)
		? webSocketFrame({ opcode: opcodes.ping, payload: new Uint8Array(125) })
		: webSocketFrame({ payload: onChannel(stdin, 'x') });
	return Buffer.concat(Array.from({ length: 2000 }, () => one));
}

/** A frame that breaks the protocol. */
function broken(random: Random): Buffer {
	const payload = onChannel(stdin, random.bytes(random.int(200)));
	return random.weighted<Buffer>(
		[1, () => webSocketFrame({ payload, isMasked: false })],
		[1, () => webSocketFrame({ payload, opcode: random.pick([3, 7, 11, 15]) })],
		[1, () => webSocketFrame({ payload, reserved: 1 + random.int(7) })],
		[1, () => webSocketFrame({ payload, opcode: opcodes.continuation })],
		[1, () => webSocketFrame({ payload, opcode: opcodes.ping, isLast: false })],
		[1, () => webSocketFrame({ payload: random.bytes(200), opcode: opcodes.ping })],
		[
			2,
			() =>
				webSocketFrame({
					payload,
					length: random.pick<number | bigint>([
						payload.length + 1,
						70_000,
						17 << 20,
						2 ** 32,
						2n ** 63n,
						-1n,
					]),
				}),
		],
		[1, () => webSocketFrame({ payload: Buffer.from([0xff, 0xfe]), opcode: opcodes.text })],
		[1, () => Buffer.concat([webSocketFrame({ payload, isLast: false }), message(random)])],
		[1, () => webSocketFrame({ opcode: opcodes.close, payload: closing(random) })],
		[1, () => Buffer.from(random.bytes(1 + random.int(300)))],
	);
}

function closing(random: Random): Uint8Array {
	const code = random.pick([1000, 1001, 1005, 1006, 999, 0, 65_535, 3000]);
	const reason = random.pick(['', 'bye', '\u00ff', 'x'.repeat(123)]);
	const whole = Buffer.concat([Uint8Array.of(code >> 8, code & 255), Buffer.from(reason)]);
	return whole.subarray(0, random.pick([0, 1, 2, 125]));
}

/** What is sent after a good handshake. */
export function webSocketFrames(random: Random): Buffer[] {
	const frames = Array.from({ length: random.int(6) }, () => message(random));
	if (random.chance(0.5)) frames.push(broken(random));
	if (random.chance(0.3)) frames.push(message(random));
	return frames;
}

/** Bytes in binary messages, cut anywhere: another protocol inside. */
export function tunnelled(random: Random, pieces: readonly Buffer[]): Buffer[] {
	return pieces.flatMap((piece) => {
		const at = random.int(piece.length + 1);
		return [piece.subarray(0, at), piece.subarray(at)].map((payload) =>
			webSocketFrame({ payload, ...(random.chance(0.02) ? { opcode: opcodes.text } : {}) }),
		);
	});
}
