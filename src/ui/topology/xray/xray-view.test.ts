import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../api/kubernetes.ts';
import { KubeFixture } from '../../../../test/harness/fixture-kube.ts';
import { scenes } from '../../../../test/harness/fixture-scenes.ts';
import { rulesNaming, xrayView } from './xray-view.ts';

async function view() {
	const cluster = new KubeFixture('v1', 'done');
	const pod = (scenes['v1']?.() ?? []).find((object) => object.kind === 'Pod') as Pod;
	const node = pod.spec.nodeName ?? '';
	const facts = await cluster.facts(node);
	const parts = await cluster.inspect(node, ['cgroups', 'network', 'rules', 'layers']);
	return { pod, ...xrayView(pod, node, facts, parts) };
}

describe('xrayView', () => {
	it('finds the pod’s processes by its sandbox and containers', async () => {
		const { processes, sandbox } = await view();
		expect(processes.map(({ of, inside }) => [of, inside])).toEqual([
			['pause', 1],
			['nginx', 1],
		]);
		expect(processes[0]?.pid).toBe(sandbox?.pid);
	});

	it('joins the namespaces that pause and containers share', async () => {
		const { namespaces, columns } = await view();
		expect(columns).toEqual(['pause', 'nginx']);
		const spans = Object.fromEntries(
			namespaces.map(({ kind, cells }) => [kind, cells.map((cell) => cell.span)]),
		);
		expect(spans).toMatchObject({ net: [2], ipc: [2], uts: [2], pid: [1, 1], mnt: [1, 1] });
	});

	it('reads cgroup files, layers, both ends of the veth pair and the rules with its address', async () => {
		const { cgroups, roots, veth, rules, sandbox, ip } = await view();
		expect(cgroups.map((one) => one.of)).toEqual(['pod', 'nginx']);
		expect(cgroups[1]?.files).toContainEqual(['memory.max', '67108864']);
		expect(roots[0]?.layers.map((one) => one.role)).toEqual(['upper', 'lower', 'lower', 'lower']);
		expect([veth?.host?.name, veth?.pod.addresses]).toEqual([sandbox?.veth, [`${ip}/24`]]);
		expect(rules).toHaveLength(3);
	});

	it('takes an address as a whole', () => {
		const rule = (text: string) => ({ table: 'nat', chain: 'A', rule: text, packets: 0, bytes: 0 });
		const rules = [rule('-d 10.244.1.2/32 -j X'), rule('--to-destination 10.244.1.22:80')];
		expect(rulesNaming(rules, '10.244.1.2')).toEqual([rules[0]]);
		expect(rulesNaming(rules, '10.244.1.22')).toEqual([rules[1]]);
	});
});
