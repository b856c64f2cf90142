import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SeededRng } from '../../util/rng.ts';
import { AttributeWriter, findAttribute, readAttributes } from './attributes.ts';
import { batchPayload, encodeBatch } from './kernel-ops.ts';
import { encodeFrame, FrameReader, type Frame } from './frame.ts';
import { attribute, framePayload, frameType, opCode, sheetKinds } from './protocol.ts';

interface GoldenFrame {
	name: string;
	type: number;
	flags: number;
	id: number;
	payload: string;
	hex: string;
}
interface GoldenList {
	name: string;
	attributes: { tag: number; u32?: number; text?: string }[];
	hex: string;
}

const folder = new URL('../../../', import.meta.url).pathname;
const golden = JSON.parse(
	readFileSync(join(folder, 'test/fixtures/agent/golden.json'), 'utf8'),
) as { frames: GoldenFrame[]; lists: GoldenList[] };
const agentFolder = join(folder, 'images/node/agent');

const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

function encodeList(list: GoldenList): Uint8Array {
	const out = new AttributeWriter();
	for (const { tag, u32, text } of list.attributes)
		if (u32 === undefined) out.text(tag, text ?? '');
		else out.u32(tag, u32);
	return out.finish();
}

/** A stream of frames, and the same with bytes changed, lost and put in. */
function damagedStream(seed: number): { frames: Uint8Array[]; bytes: Uint8Array } {
	const rng = new SeededRng(seed);
	const below = (limit: number): number => Math.floor(rng.next() * limit);
	const frames = Array.from({ length: 40 }, (_, id) =>
		encodeFrame(frameType.data, id + 1, rng.bytes(below(id % 7 === 0 ? 3000 : 60))),
	);
	let bytes = Buffer.concat(frames);
	for (let wound = 0; wound < 6; wound++) {
		const at = below(bytes.length);
		const length = 1 + below(30);
		const middle = [Buffer.from(rng.bytes(length)), Buffer.alloc(0)][wound % 2] ?? Buffer.alloc(0);
		const gap = wound % 3 === 0 ? 0 : length;
		bytes = Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(at + gap)]);
	}
	return { frames, bytes };
}

/** In pieces as a console gives them, then to the end. */
function readAll(bytes: Uint8Array, piece: number): { frames: Frame[]; bad: number } {
	const reader = new FrameReader();
	const frames: Frame[] = [];
	for (let at = 0; at < bytes.length; at += piece)
		frames.push(...reader.push(bytes.subarray(at, at + piece)));
	while (reader.waiting) frames.push(...reader.giveUp());
	return { frames, bad: reader.bad };
}

describe('golden frames', () => {
	it.each(golden.frames)('encodes $name', ({ type, flags, id, payload, hex }) => {
		expect(toHex(encodeFrame(type, id, fromHex(payload), flags))).toBe(hex);
	});
	it.each(golden.lists)('encodes the list $name', (list) => {
		expect(toHex(encodeList(list))).toBe(list.hex);
	});
	it('encodes the operations that only look', () => {
		const [ops] = encodeBatch([
			{ op: 'tree', path: '/sys/fs/cgroup', files: ['cgroup.procs', 'memory.max'] },
			{ op: 'networks', netns: ['/proc/1/ns/net', '/run/netns/red'] },
			{ op: 'sheet', path: '/var/lib/docker/overlay2/l', max: 400 },
			{ op: 'rule-counters' },
		]);
		const frame = golden.frames.find(({ name }) => name === 'inspection');
		expect(toHex(batchPayload(ops ?? [], true))).toBe(frame?.payload);
	});
	it('reads them back from one stream', () => {
		const { frames, bad } = readAll(fromHex(golden.frames.map(({ hex }) => hex).join('')), 7);
		expect(bad).toBe(0);
		expect(frames.map((frame) => [frame.type, frame.id, toHex(frame.payload)])).toEqual(
			golden.frames.map(({ type, id, payload }) => [type, id, payload]),
		);
	});
});

describe('FrameReader', () => {
	it('finds every frame that was not touched', () => {
		for (let seed = 1; seed <= 60; seed++) {
			const { frames, bytes } = damagedStream(seed);
			const whole = Buffer.from(bytes).toString('latin1');
			const untouched = frames.filter((frame) =>
				whole.includes(Buffer.from(frame).toString('latin1')),
			);
			const read = readAll(bytes, 1 + (seed % 4096));
			expect(read.frames.length).toBe(untouched.length);
			expect(read.bad).toBeGreaterThan(0);
		}
	});
	it('does not wait for bytes a damaged length promises', () => {
		const damaged = encodeFrame(frameType.hello, 1, new Uint8Array(4));
		damaged[6] = 0xff;
		damaged[7] = 0x3f;
		const reader = new FrameReader();
		const frames = reader.push(
			Buffer.concat([damaged, encodeFrame(frameType.hello, 2, new Uint8Array())]),
		);
		expect(frames.map((frame) => frame.id)).toEqual([2]);
		expect(reader.bad).toBe(1);
	});
	it('never throws on noise, nor keeps it', () => {
		const rng = new SeededRng(9);
		const reader = new FrameReader();
		for (let i = 0; i < 300; i++) expect(reader.push(rng.bytes(997))).toEqual([]);
		expect(reader.push(encodeFrame(frameType.hello, 5, new Uint8Array(framePayload)))).toHaveLength(
			1,
		);
	});
});

describe('the C side', () => {
	let work = '';
	const run = (mode: string, input: string | Uint8Array): string[] =>
		execFileSync(join(work, 'frame_test'), [mode], { input, maxBuffer: 1 << 26 })
			.toString()
			.trimEnd()
			.split('\n');

	beforeAll(() => {
		work = mkdtempSync(join(tmpdir(), 'frame-test-'));
		const sources = ['frame_test.c', 'frame.c', 'buffer.c'].map((name) => join(agentFolder, name));
		const flags = [
			'-std=gnu11',
			'-D_GNU_SOURCE',
			'-Wall',
			'-Wextra',
			'-Werror',
			'-fsanitize=address,undefined',
		];
		execFileSync('cc', [...flags, '-o', join(work, 'frame_test'), ...sources]);
	}, 60_000);
	afterAll(() => rmSync(work, { recursive: true, force: true }));

	it('encodes the golden frames to the byte', () => {
		const lines = golden.frames.map(
			({ type, flags, id, payload }) => `${type} ${flags} ${id} ${payload}\n`,
		);
		expect(run('encode', lines.join(''))).toEqual(golden.frames.map(({ hex }) => hex));
	});
	it.each(golden.lists)('encodes the list $name to the byte', ({ attributes, hex }) => {
		const lines = attributes.map(({ tag, u32, text }) =>
			u32 === undefined ? `${tag} text ${text}\n` : `${tag} u32 ${u32}\n`,
		);
		expect(run('attrs', lines.join(''))).toEqual([hex]);
	});
	it('reads damaged streams as this side does', () => {
		for (let seed = 1; seed <= 20; seed++) {
			const { bytes } = damagedStream(seed);
			const here = readAll(bytes, 1 << 16);
			const frames = here.frames.map(
				({ type, flags, id, payload }) => `${type} ${flags} ${id} ${toHex(payload)}`,
			);
			expect(run('decode', bytes)).toEqual([...frames, `bad ${here.bad}`]);
		}
	});
	it('has the same numbers for types, operations and attributes', () => {
		const header = readFileSync(join(agentFolder, 'protocol.h'), 'utf8');
		const numbers = (prefix: string): number[] =>
			[...header.matchAll(new RegExp(`\\b${prefix}_[A-Z_]+ = (\\d+)`, 'g'))].map((match) =>
				Number(match[1]),
			);
		expect(Object.values(opCode)).toEqual(numbers('OP'));
		expect(Object.values(frameType)).toEqual(numbers('FRAME'));
		expect(Object.values(attribute)).toEqual(numbers('ATTR'));
		const kinds = /enum sheet_kind \{([^}]*)\}/.exec(header)?.[1] ?? '';
		expect(sheetKinds.map((kind) => `SHEET_${kind.toUpperCase()}`)).toEqual(kinds.match(/\w+/g));
	});
});

describe('attribute lists', () => {
	it('leaves out what a cut list promises', () => {
		const list = new AttributeWriter().u32(attribute.pid, 7).text(attribute.name, 'sleep').finish();
		const cut = readAttributes(list.slice(0, -2));
		expect(findAttribute(cut, attribute.pid)?.u32).toBe(7);
		expect(findAttribute(cut, attribute.name)).toBeUndefined();
	});
});
