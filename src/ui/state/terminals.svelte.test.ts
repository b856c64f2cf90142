import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cluster } from '../../api/cluster.ts';
import { Terminals } from './terminals.svelte.ts';

const shells = vi.hoisted(() => ({ said: [] as string[], fails: false, refuses: false }));

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
		dispose() {}
	},
}));

describe('a terminal', () => {
	beforeEach(() => Object.assign(shells, { said: [], fails: false, refuses: false }));
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
		expect(shells.said.join()).toContain('node-1 is busy');
	});
});
