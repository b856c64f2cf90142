import { describe, expect, it } from 'vitest';
import { machineScenes, web } from '../../../../test/harness/fixture-inspect.ts';
import { ClusterState } from '../../state/cluster-state.svelte.ts';
import { InspectState } from '../../state/inspect-state.svelte.ts';
import { Terminals } from '../../state/terminals.svelte.ts';
import type { PictureSources } from '../pictures.ts';
import { linuxCard } from './cards.ts';

const bench = machineScenes['linux-bench']?.['node-1'];
if (!bench) throw new Error('no scene');
const { facts, inspection } = bench;
const state = new ClusterState();
const terminals = new Terminals();
const inspect = new InspectState(state, terminals);
state.nodes = [{ name: 'node-1', role: 'worker', address: '192.168.56.10', power: 'running' }];
state.facts.set('node-1', facts);
inspect.nodes.set('node-1', { at: 1, now: inspection, before: undefined, beforeAt: undefined });
const card = (id: string) =>
	linuxCard({ state, inspect, terminals } as unknown as PictureSources, id);
const field = (id: string, name: string) => card(id)?.fields.find(([each]) => each === name)?.[1];

describe('linuxCard', () => {
	it('says where its command is typed', () => {
		expect(card('proc/node-1/64')?.node).toBe('node-1');
		expect(card('proc/node-1/64')?.command).toContain('ls -l /proc/64/ns');
		expect(field('proc/node-1/65', 'NSpid')).toBe('65 2');
	});
	it('enters a network namespace by a process, by its name, or not at all', () => {
		expect(card(`ns/node-1/${web.net}`)?.command).toBe(
			'nsenter -t 68 -n ip addr; nsenter -t 68 -n ip route',
		);
		expect(card('link/node-1/4026532300/2')?.command).toBe(
			'ip netns exec red ip -d -s addr show dev eth0',
		);
		expect(card('link/node-1/4026531840/6')?.command).toBe('ip -d -s addr show dev br0');
		expect(field('link/node-1/4026531840/7', 'master')).toBe('br0');
		expect(card(`ns/node-1/${web.uts}`)?.command).toBe('lsns -t uts -p 68');
	});
	it('reads the files of a group in its directory', () => {
		expect(card('cgroup/node-1/demo')?.command).toMatch(
			/^cd \/sys\/fs\/cgroup\/demo && grep \. cgroup\.procs memory\.current memory\.max /,
		);
		expect(field('cgroup/node-1/demo', 'memory.max')).toBe('8388608 (8 MiB)');
		expect(field('cgroup/node-1/demo', 'cgroup.procs')).toBe('97 yes');
	});
	it('knows rules, layers and mounts', () => {
		expect(card('rule/node-1/5')?.command).toBe('iptables -t nat -v -S DOCKER');
		expect(field('rule/node-1/5', 'packets')).toBe('14');
		const layer = 'layer/node-1/var/lib/docker/overlay2/70ecaca53b78/diff';
		expect(field(layer, 'created by')).toBe('ADD nginx 1.22 from Debian');
		expect(field(layer, 'used by')).toBe('web-2, web');
		expect(card('mount/node-1/root/o/merged')?.command).toBe('findmnt /root/o/merged');
	});
	it('answers nothing for what is gone and for other pictures', () => {
		expect(card('proc/node-1/4711')).toBeUndefined();
		expect(card('cgroup/node-2/demo')).toBeUndefined();
		expect(card('b7c1a3d2-1111-2222-3333-444455556666')).toBeUndefined();
		expect(card('node/node-1')).toBeUndefined();
	});
});
