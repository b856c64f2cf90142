import { describe, expect, it } from 'vitest';
import { FakeAgent } from '../../../test/unit/fake-agent.ts';
import { SeededRng } from '../../util/rng.ts';
import { Iptables } from '../iptables.ts';
import { AddressPool, macOf } from './address-pool.ts';
import { Cni } from './cni.ts';
import { missingText, podRules } from './rules.ts';

async function bench() {
	const agent = new FakeAgent();
	const iptables = new Iptables(agent);
	const cni = new Cni({ agent, rng: new SeededRng(1), podCidr: '10.244.1.0/24', iptables });
	await cni.setup();
	const inputs = () =>
		agent.spawned
			.filter(({ spec }) => spec.argv[0] === 'iptables-restore')
			.map(({ input }) => input.replace('<EOF>', ''));
	return { agent, cni, inputs };
}

describe('AddressPool', () => {
	it('gives the gateway to nobody and the lowest free address first', () => {
		const pool = new AddressPool('172.17.0.0/16', false);
		expect([pool.gateway, pool.allocate(), pool.allocate()]).toEqual([
			'172.17.0.1',
			'172.17.0.2',
			'172.17.0.3',
		]);
		pool.release('172.17.0.2');
		expect(pool.allocate()).toBe('172.17.0.2');
	});
	it('goes round before it uses a pod address again, and ends', () => {
		const pool = new AddressPool('10.244.1.0/29', true);
		expect(pool.allocate()).toBe('10.244.1.2');
		pool.release('10.244.1.2');
		const rest = Array.from({ length: 5 }, () => pool.allocate());
		expect(rest).toEqual(['10.244.1.3', '10.244.1.4', '10.244.1.5', '10.244.1.6', '10.244.1.2']);
		expect(() => pool.allocate()).toThrow('no IP addresses available in range set: 10.244.1.0/29');
	});
	it('makes the MAC say the address', () => {
		expect(macOf('172.17.0.2', '02:42')).toBe('02:42:ac:11:00:02');
	});
});

describe('Cni', () => {
	it('makes both bridges and docker’s chains at once', async () => {
		const { agent, inputs } = await bench();
		const bridges = agent.ops.filter((op) => op.op === 'link-add').map((op) => op.name);
		expect(bridges).toEqual(['docker0', 'cni0']);
		expect(inputs()).toHaveLength(1);
		expect(inputs()[0]).toContain('-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE\n');
		expect(inputs()[0]).not.toContain('KUBE-');
	});
	it('publishes and takes back with the same rules', async () => {
		const { cni, inputs } = await bench();
		const endpoint = cni.reserve('bridge', '/run/docker/netns/x');
		const ports = await cni.publish('a', endpoint, [
			{ containerPort: 80, protocol: 'tcp', hostPort: 0 },
		]);
		expect(ports).toEqual([{ containerPort: 80, protocol: 'tcp', hostPort: 32768 }]);
		await cni.unpublish('a');
		expect(inputs()[2]).toBe(inputs()[1]?.replaceAll('-A ', '-D '));
		expect(inputs()[1]).toContain(
			'-A DOCKER ! -i docker0 -p tcp -m tcp --dport 32768 -j DNAT --to-destination 172.17.0.2:80\n',
		);
	});
	it('refuses a port twice unless the addresses differ', async () => {
		const { cni } = await bench();
		const endpoint = cni.reserve('bridge', '/run/docker/netns/x');
		const port = { containerPort: 80, protocol: 'tcp' as const, hostPort: 8080 };
		await cni.publish('a', endpoint, [{ ...port, hostIp: '127.0.0.1' }]);
		await cni.publish('b', endpoint, [{ ...port, hostIp: '192.168.56.11' }]);
		await expect(cni.publish('c', endpoint, [port])).rejects.toThrow(
			'Bind for 0.0.0.0:8080 failed: port is already allocated',
		);
		await cni.publish('d', endpoint, [{ ...port, protocol: 'udp' }]);
	});
	it('changes only the routes that changed', async () => {
		const { cni, agent } = await bench();
		await cni.setPeers([{ podCidr: '10.244.2.0/24', address: '192.168.56.12' }]);
		agent.ops.length = 0;
		await cni.setPeers([
			{ podCidr: '10.244.2.0/24', address: '192.168.56.12' },
			{ podCidr: '10.244.3.0/24', address: '192.168.56.13' },
		]);
		expect(agent.ops).toEqual([{ op: 'route-add', dst: '10.244.3.0/24', via: '192.168.56.13' }]);
		agent.ops.length = 0;
		await cni.setPeers([{ podCidr: '10.244.3.0/24', address: '192.168.56.14' }]);
		expect(agent.ops.map((op) => op.op)).toEqual(['route-del', 'route-del', 'route-add']);
	});
});

describe('rules of the pod network', () => {
	const rules = podRules('10.244.1.0/24', '10.244.0.0/16');
	const saved = (lines: string[]) => `*nat\n${lines.join('\n')}\nCOMMIT\n`;

	it('are missed one by one, and their chains only when they are gone', () => {
		const lines = (rules.nat ?? []).map((line) => line.replace(' [0:0]', ' [7:420]'));
		expect(missingText(rules, saved(lines))).toBe('');
		const masquerade = '-A CNI-MASQ ! -d 224.0.0.0/4 -j MASQUERADE';
		const without = lines.filter((line) => line !== masquerade);
		expect(missingText(rules, saved(without))).toBe(`*nat\n${masquerade}\nCOMMIT\n`);
		expect(missingText(rules, '')).toBe(saved(rules.nat ?? []));
	});
});
