import { describe, expect, it } from 'vitest';
import { machineScenes } from '../../../../test/harness/fixture-inspect.ts';
import { Flags } from './flags.ts';
import { namespaceMatrix } from './namespace-view.ts';
import { share } from './share.ts';

describe('share', () => {
	it('answers the very same thing when nothing has changed', () => {
		const before = { a: [{ id: 1, b: 'x' }], c: undefined };
		expect(share(before, structuredClone(before))).toBe(before);
		expect(share(undefined, before)).toBe(before);
	});
	it('keeps what stands around a change, also when things move in a list', () => {
		const before = {
			rows: [
				{ id: 1, n: 1 },
				{ id: 2, n: 1 },
				{ id: 3, n: 1 },
			],
			rest: { deep: [1] },
		};
		const after = share(before, {
			rows: [
				{ id: 0, n: 1 },
				{ id: 1, n: 1 },
				{ id: 3, n: 2 },
			],
			rest: { deep: [1] },
		});
		expect(after.rest).toBe(before.rest);
		expect(after.rows[1]).toBe(before.rows[0]);
		expect(after.rows[2]).toEqual({ id: 3, n: 2 });
		expect(after.rows).toHaveLength(3);
	});
	it('does not take away what is gone or new', () => {
		expect(share<object>({ a: 1, b: 2 }, { a: 1 })).toEqual({ a: 1 });
		expect(share<object>({ a: 1 }, { a: 1, b: undefined })).toEqual({ a: 1, b: undefined });
		expect(share([1, 2, 3], [1, 2])).toEqual([1, 2]);
	});
	it('leaves one row of a matrix to be drawn anew when one process is new', () => {
		const facts = machineScenes['linux-many']?.['node-1']?.facts;
		if (!facts) throw new Error('no scene');
		const flags = new Flags();
		flags.learn(facts.processes);
		const before = namespaceMatrix('node-1', facts, flags);
		const processes = structuredClone(facts.processes);
		const first = processes.find((one) => one.pid === 1);
		if (!first) throw new Error('no process');
		processes.unshift({ ...first, pid: 9000, ppid: 1, comm: 'new', ns: { ...first.ns, net: 5 } });
		const after = share(before, namespaceMatrix('node-1', { ...facts, processes }, flags));
		expect(after.rows.filter((row) => !before.rows.includes(row)).map((row) => row.pid)).toEqual([
			9000,
		]);
	});
});
