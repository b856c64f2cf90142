import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cluster } from '../../api/cluster.ts';
import { Terminals } from './terminals.svelte.ts';

const shells = vi.hoisted(() => ({
	said: [] as string[],
	typed: [] as string[],
	fails: false,
	refuses: false,
	idle: true,
	ends: true,
}));

const moment = () => new Promise((resolve) => setTimeout(resolve, 5));

vi.mock('../terminal/shell.ts', () => ({
	Shell: class {
		connected = false;
		constructor() {
			if (shells.fails) throw new Error('a download did not arrive');
		}
		async connect() {
			if (shells.refuses) throw new Error('node-1 is busy');
			this.connected = true;
		}
		say(text: string) {
			shells.said.push(text);
		}
		async atPrompt() {
			return shells.idle;
		}
		async state() {
			return shells.idle ? { at: 'prompt' } : { at: 'program', name: 'vi', pgid: 7, raw: true };
		}
		async settled() {
			return shells.ends;
		}
		async free() {
			await moment();
			return shells.idle;
		}
		async enter(text: string) {
			shells.typed.push(`${text}<`);
			await moment();
			shells.typed.push(`>${text}`);
		}
		async taken() {}
		dispose() {}
	},
}));

describe('a terminal', () => {
	beforeEach(() =>
		Object.assign(shells, { said: [], typed: [], fails: false, refuses: false, idle: true }),
	);
	const running = () => {
		const terminals = new Terminals();
		terminals.cluster = { nodes: () => [{ name: 'node-1', power: 'running' }] } as Cluster;
		terminals.open('node-1');
		return terminals;
	};
	it('takes a double click for one, and one line after the other', async () => {
		const terminals = running();
		const clicks = [terminals.run('a', 'node-1'), terminals.run('a', 'node-1')];
		await Promise.all([...clicks, terminals.run('b', 'node-1'), terminals.type('c', 'node-1')]);
		expect(shells.typed.join(' ')).toBe('a< >a b< >b c< >c');
		await terminals.run('a', 'node-1');
		expect(shells.typed.join(' ')).toBe('a< >a b< >b c< >c a< >a');
	});
	it('keeps its question until it is answered, something else is asked for, or the program ends', async () => {
		const terminals = running();
		shells.idle = false;
		const first = terminals.run('a', 'node-1');
		await vi.waitFor(() => expect(terminals.question?.text).toBe('a'));
		await terminals.run('a', 'node-1');
		expect(terminals.question?.text).toBe('a');
		const second = terminals.run('b', 'node-1');
		await first;
		await vi.waitFor(() => expect(terminals.question?.text).toBe('b'));
		expect(shells.typed).toEqual([]);
		shells.idle = true;
		await second;
		expect(terminals.question).toBeUndefined();
		expect(shells.typed.join(' ')).toBe('b< >b');
	});
	it('types over a program only when it has ended', async () => {
		const terminals = running();
		shells.idle = false;
		for (const ends of [false, true]) {
			shells.ends = ends;
			const run = terminals.run('a', 'node-1');
			await vi.waitFor(() => expect(terminals.question?.state).toMatchObject({ name: 'vi' }));
			terminals.question?.answer('settle');
			await run;
			expect(shells.typed.join(' ')).toBe(ends ? 'a< >a' : '');
			expect(shells.said.join().includes('vi does not end')).toBe(true);
		}
	});
	it('goes on after a line that could not be typed', async () => {
		const terminals = running();
		shells.fails = true;
		await expect(terminals.run('a', 'node-1')).rejects.toThrow('did not arrive');
		shells.fails = false;
		await terminals.run('b', 'node-1');
		expect(shells.typed.join(' ')).toBe('b< >b');
	});
	it('that did not come is asked for again the next time, and can be closed', async () => {
		const terminals = new Terminals();
		const tab = terminals.open('node-1');
		shells.fails = true;
		await expect(terminals.shell(tab)).rejects.toThrow('did not arrive');
		shells.fails = false;
		await expect(terminals.shell(tab)).resolves.toBeDefined();
		const other = terminals.open('node-1');
		shells.fails = true;
		const asked = terminals.shell(other);
		const closing = terminals.closeAll();
		await expect(asked).rejects.toThrow('did not arrive');
		await closing;
		expect(terminals.tabs).toEqual([]);
	});
	it('says why it has no new session when its machine is back', async () => {
		const terminals = new Terminals();
		const tab = terminals.open('node-1');
		await terminals.shell(tab);
		terminals.cluster = {} as Cluster;
		shells.refuses = true;
		await terminals.reconnect('node-1');
		expect(shells.said).toEqual(['[no shell on node-1: node-1 is busy]']);
	});
});
