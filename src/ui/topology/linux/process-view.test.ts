import { describe, expect, it } from 'vitest';
import { hand, machineScenes, web } from '../../../../test/harness/fixture-inspect.ts';
import { Flags } from './flags.ts';
import { namespaceMatrix } from './namespace-view.ts';
import { processTree, type NamespaceBox, type ProcessView } from './process-view.ts';

const bench = machineScenes['linux-bench']?.['node-1'];
if (!bench) throw new Error('no scene');
const { facts } = bench;
const flags = new Flags();
flags.learn(facts.processes);
const tree = processTree({ node: 'node-1', facts, flags, shells: new Map([[61, 2]]) });
const find = (pid: number) => tree.all.find((one) => one.pid === pid);
const pids = (views: readonly ProcessView[]) => views.map((one) => one.pid);
const kinds = (box: NamespaceBox | undefined) => box?.namespaces.map((one) => one.kind);

describe('processTree', () => {
	it('nests a box at each process that leaves the namespaces around it', () => {
		const unshare = find(61)?.boxes[0];
		expect(kinds(unshare)).toEqual(['mnt', 'uts']);
		expect(pids(unshare?.roots ?? [])).toEqual([63]);
		const inner = find(63)?.boxes[0];
		expect(kinds(inner)).toEqual(['pid']);
		expect(inner?.namespaces[0]?.inode).toBe(hand.pid);
		expect(pids(inner?.roots ?? [])).toEqual([64]);
		expect(find(65)?.inside).toEqual([2]);
	});
	it('puts a process that joined a namespace into its box, as a visitor', () => {
		const boxes = find(57)?.boxes ?? [];
		expect(boxes.map((box) => box.name)).toEqual(['web', 'web-2']);
		expect(pids(boxes[0]?.roots ?? [])).toEqual([68, 95]);
		expect(boxes[0]?.roots.map((one) => one.visitor)).toEqual([false, true]);
		expect(kinds(boxes[0])).toEqual(['pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup']);
	});
	it('folds kernel threads and what the page itself runs, and says how many', () => {
		expect(tree.kernelThreads).toHaveLength(9);
		expect(tree.probes).toBe(1);
		expect(find(99)).toBeUndefined();
		expect(tree.pidNamespaces).toBe(3);
	});
	it('tells zombies, arguments and shells', () => {
		expect(find(66)?.state).toBe('zombie');
		expect(find(65)?.args).toBe('600');
		expect(find(59)?.args).toBe('-l');
		expect(find(57)?.args).toBe('');
		expect(find(61)?.terminal).toBe(2);
	});
});

describe('Flags', () => {
	it('gives one letter to what a process has made, and keeps it', () => {
		expect(flags.of(hand.mnt)).toBe('A');
		expect(flags.of(hand.pid)).toBe('B');
		expect(new Set(Object.values(web).map((inode) => flags.of(inode)))).toEqual(new Set(['C']));
		expect(flags.of(facts.processes[0]?.ns.pid)).toBeUndefined();
		const without = facts.processes.filter((one) => one.ns.mnt !== hand.mnt);
		flags.learn(without);
		expect([flags.of(hand.mnt), flags.of(web.pid)]).toEqual([undefined, 'C']);
		flags.learn(facts.processes, [77]);
		expect([flags.of(hand.mnt), flags.of(web.pid), flags.of(77)]).toEqual(['A', 'C', 'E']);
	});
});

describe('namespaceMatrix', () => {
	it('has a row for each process that is shown, with its namespaces by flag', () => {
		const matrix = namespaceMatrix('node-1', facts, flags);
		const row = (pid: number) => matrix.rows.find((one) => one.pid === pid);
		expect(matrix.rows.map((one) => one.pid)).not.toContain(66);
		expect(row(59)?.host).toBe(true);
		expect(
			row(64)
				?.cells.map((cell) => cell.flag ?? '-')
				.join(''),
		).toBe('BA-A----');
		expect(
			row(95)
				?.cells.map((cell) => cell.flag ?? '-')
				.join(''),
		).toBe('CCCCC-C-');
		expect(matrix.members[`net:${web.net}`]).toBe(3);
		expect(matrix.counts.net).toBe(3);
	});
});
