import { describe, expect, it } from 'vitest';
import { machineScenes } from '../../../../test/harness/fixture-inspect.ts';
import type { NodeInspection } from '../../../api/inspect.ts';
import { Flags } from './flags.ts';
import { matchText } from './nat-view.ts';
import { networkNode } from './network-view.ts';

const bench = machineScenes['linux-bench']?.['node-1'];
if (!bench) throw new Error('no scene');
const { facts, inspection } = bench;
const flags = new Flags();
const draw = (before?: NodeInspection) =>
	networkNode({ node: 'node-1', facts, now: inspection, before, flags });

describe('networkNode', () => {
	it('puts namespaces above the bridge they are plugged into', () => {
		const view = draw();
		expect(view.bridges.map((one) => one.plug.name)).toEqual(['docker0', 'br0']);
		expect(view.bridges[0]?.ports.map((one) => one.name)).toEqual(['veth89eff9a', 'veth5c1b07e']);
		expect(view.spaces.map((one) => one.name)).toEqual(['web', 'web-2', 'red', 'blue']);
		expect(view.loose.map((one) => one.name)).toEqual(['lo', 'veth-blue']);
		expect(view.uplinks.map((one) => one.name)).toEqual(['eth0']);
	});
	it('draws each pair of ends as one cable, dead when an end is down', () => {
		const { cables } = draw();
		expect(cables).toHaveLength(4);
		expect(cables.filter((one) => !one.live).map((one) => one.to)).toEqual([
			'link/node-1/4026531840/8',
		]);
		expect(cables[0]?.from).toMatch(/\/2$/);
	});
	it('tells gateway, listening ports and programs of a namespace', () => {
		const [web, , red] = draw().spaces;
		expect(web?.gateway).toEqual({ via: '172.17.0.1', dev: 'eth0' });
		expect(web?.listens).toEqual([':80']);
		expect(web?.programs.map((one) => one.comm)).toEqual(['nginx', 'nginx', 'sh']);
		expect(red?.programs).toEqual([]);
	});
	it('moves packets only by the difference of real counters', () => {
		const before = structuredClone(inspection);
		const web = before.network?.[1]?.links[1];
		if (!web) throw new Error('no link');
		web.txPackets -= 4;
		const { cables } = draw(before);
		expect(cables.map((one) => [one.there, one.back])).toEqual([
			[4, 0],
			[0, 0],
			[0, 0],
			[0, 0],
		]);
		expect(draw().cables.every((one) => one.there === 0)).toBe(true);
	});
});

describe('the gate', () => {
	it('shows what rewrites addresses, and folds what kube-proxy and the pod network need', () => {
		const { gate } = draw();
		expect(gate.rules.map((one) => [one.kind, one.match, one.to, one.packets])).toEqual([
			['dnat', 'tcp :9090', '10.0.0.2:80', 3],
			['masquerade', '172.17.0.0/16 → out not docker0', '', 2],
			['masquerade', '10.0.0.0/24 →', '', 0],
			['dnat', 'tcp :8080 in not docker0', '172.17.0.2:80', 14],
		]);
		expect(gate.folded).toBe(2);
	});
	it('counts fresh packets of a rule although others were added before it', () => {
		const before = structuredClone(inspection);
		before.rules?.rules.shift();
		const dnat = before.rules?.rules.find((one) => one.rule.includes('--dport 8080'));
		if (!dnat) throw new Error('no rule');
		dnat.packets = 10;
		expect(draw(before).gate.rules.map((one) => one.fresh)).toEqual([0, 0, 0, 4]);
	});
	it('puts a match into the words of an address label', () => {
		expect(matchText('-d 192.168.56.10/32 -p tcp -m tcp --dport 8080 -j DNAT')).toBe(
			'tcp 192.168.56.10:8080',
		);
		expect(matchText('! -s 10.244.0.0/16 -j MASQUERADE')).toBe('not 10.244.0.0/16 →');
		expect(matchText('-j DROP')).toBe('');
	});
});
