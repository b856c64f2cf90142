import { describe, expect, it } from 'vitest';
import type { GuestProcess } from '../../api/agent.ts';
import type { Endpoint, EndpointSlice, Service, ServicePort } from '../../api/kubernetes.ts';
import { MemoryTransport } from '../../client/memory-transport.ts';
import { Client } from '../../client/rest.ts';
import { ManualClock } from '../../util/clock.ts';
import { SeededRng } from '../../util/rng.ts';
import { FakeAgent } from '../kubelet/fake-agent.ts';
import { endedProcess } from '../kubelet/fake-engine.ts';
import { serviceChains } from './chain-names.ts';
import { endpointMap } from './endpoints.ts';
import { parseSave, stillLoaded } from './saved-rules.ts';
import { Iptables } from '../iptables.ts';
import { startKubeProxy } from './kube-proxy.ts';
import { emptyRuleSet, restoreInput } from './rule-set.ts';
import { servicePorts } from './service-port.ts';
import { probability, proxyRules } from './service-rules.ts';
import { staleEntries } from './stale-conntrack.ts';

const cidr = '10.244.0.0/16';

function service(spec: Partial<Service['spec']>, ports: ServicePort[] = [{ port: 80 }]): Service {
	return {
		apiVersion: 'v1',
		kind: 'Service',
		metadata: {
			name: 'web',
			namespace: 'default',
			uid: 'u',
			resourceVersion: '1',
			creationTimestamp: '',
		},
		spec: { type: 'ClusterIP', clusterIP: '10.96.0.50', ports, ...spec },
		status: { loadBalancer: {} },
	};
}

function slice(
	endpoints: Endpoint[],
	port = { port: 8080 } as { name?: string; port: number; protocol?: 'UDP' },
): EndpointSlice {
	return {
		apiVersion: 'discovery.k8s.io/v1',
		kind: 'EndpointSlice',
		metadata: {
			name: 'web-x',
			namespace: 'default',
			uid: 'e',
			resourceVersion: '1',
			creationTimestamp: '',
			labels: { 'kubernetes.io/service-name': 'web' },
		},
		addressType: 'IPv4',
		endpoints,
		ports: [port],
	};
}

function at(
	ip: string,
	nodeName = 'node1',
	conditions: Endpoint['conditions'] = { ready: true },
): Endpoint {
	return { addresses: [ip], nodeName, conditions };
}

function rulesOf(of: Service, slices: EndpointSlice[]) {
	return proxyRules(servicePorts(of), endpointMap(slices, 'node1'), cidr);
}

describe('chain names', () => {
	it.each([
		['default/kubernetes:https', 'tcp', 'KUBE-SVC-NPX46M4PTMTKRN6Y'],
		['kube-system/kube-dns:dns', 'udp', 'KUBE-SVC-TCOU7JCQXEZGVUNU'],
		['kube-system/kube-dns:dns-tcp', 'tcp', 'KUBE-SVC-ERIFXISQEP7F7OF4'],
	])('of %s over %s is what real clusters show', (name, protocol, chain) => {
		expect(serviceChains(name, protocol).cluster).toBe(chain);
	});
});

describe('rules', () => {
	it('balance evenly over three endpoints', () => {
		const { nat } = rulesOf(service({}), [
			slice([at('10.244.1.2'), at('10.244.2.2'), at('10.244.3.2')]),
		]);
		const { cluster } = serviceChains('default/web', 'tcp');
		expect(nat.get('KUBE-SERVICES')?.[0]).toBe(
			`-m comment --comment "default/web cluster IP" -d 10.96.0.50/32 -m tcp -p tcp --dport 80 -j ${cluster}`,
		);
		const rules = nat.get(cluster) ?? [];
		expect(rules[0]).toBe(
			'-m comment --comment "default/web cluster IP" -d 10.96.0.50/32 -m tcp -p tcp --dport 80 ! -s 10.244.0.0/16 -j KUBE-MARK-MASQ',
		);
		expect(rules[1]).toMatch(
			/^-m comment --comment "default\/web -> 10.244.1.2:8080" -m statistic --mode random --probability 0.3333333333 -j KUBE-SEP-[A-Z2-7]{16}$/,
		);
		expect(rules[2]).toContain('--probability 0.5000000000');
		expect(rules[3]).not.toContain('--probability');
		const endpoint = rules[1]?.split(' ').at(-1) ?? '';
		expect(nat.get(endpoint)).toEqual([
			'-m comment --comment "default/web" -s 10.244.1.2/32 -j KUBE-MARK-MASQ',
			'-m comment --comment "default/web" -m tcp -p tcp -j DNAT --to-destination 10.244.1.2:8080',
		]);
		expect(nat.get('KUBE-SERVICES')?.at(-1)).toContain(
			'-m addrtype --dst-type LOCAL -j KUBE-NODEPORTS',
		);
	});

	it('reject a Service without endpoints, on its node port too', () => {
		const of = service({ type: 'NodePort' }, [{ port: 80, nodePort: 30080 }]);
		const { nat, filter } = rulesOf(of, []);
		expect(filter.get('KUBE-SERVICES')).toEqual([
			'-m comment --comment "default/web has no endpoints" -d 10.96.0.50/32 -m tcp -p tcp --dport 80 -j REJECT',
		]);
		expect(filter.get('KUBE-EXTERNAL-SERVICES')).toEqual([
			'-m comment --comment "default/web has no endpoints" -m addrtype --dst-type LOCAL -m tcp -p tcp --dport 30080 -j REJECT',
		]);
		expect(nat.get('KUBE-NODEPORTS')).toEqual([]);
	});

	it('leave out what is not ready, but fall back to what still serves while it ends', () => {
		const ending = at('10.244.1.2', 'node1', { ready: false, serving: true, terminating: true });
		const ready = at('10.244.1.3');
		const broken = at('10.244.1.4', 'node1', { ready: false, serving: false });
		const { cluster } = serviceChains('default/web', 'tcp');
		const targets = (endpoints: Endpoint[]) =>
			(rulesOf(service({}), [slice(endpoints)]).nat.get(cluster) ?? [])
				.filter((rule) => rule.includes('KUBE-SEP'))
				.map((rule) => /-> ([\d.]+)/.exec(rule)?.[1]);
		expect(targets([ending, ready, broken])).toEqual(['10.244.1.3']);
		expect(targets([ending, broken])).toEqual(['10.244.1.2']);
	});

	it('send a node port through the external chain, masqueraded', () => {
		const of = service({ type: 'NodePort' }, [{ port: 80, nodePort: 30080 }]);
		const { nat } = rulesOf(of, [slice([at('10.244.1.2')])]);
		const { external, cluster } = serviceChains('default/web', 'tcp');
		expect(nat.get('KUBE-NODEPORTS')).toEqual([
			`-m comment --comment "default/web" -m tcp -p tcp --dport 30080 -j ${external}`,
		]);
		expect(nat.get(external)).toEqual([
			'-m comment --comment "masquerade traffic for default/web external destinations" -j KUBE-MARK-MASQ',
			`-j ${cluster}`,
		]);
	});

	it('keep external traffic on the node when the policy is Local, and drop it when nothing is here', () => {
		const of = service({ type: 'NodePort', externalTrafficPolicy: 'Local' }, [
			{ port: 80, nodePort: 30080 },
		]);
		const { external, local } = serviceChains('default/web', 'tcp');
		const here = rulesOf(of, [slice([at('10.244.1.2'), at('10.244.2.2', 'node2')])]);
		expect(here.nat.get(external)?.at(-1)).toBe(`-j ${local}`);
		expect(here.nat.get(local)?.filter((r) => r.includes('10.244.2.2'))).toEqual([]);
		const away = rulesOf(of, [slice([at('10.244.2.2', 'node2')])]);
		expect(away.filter.get('KUBE-EXTERNAL-SERVICES')?.[0]).toMatch(
			/has no local endpoints.*-j DROP$/,
		);
	});

	it('remember clients for ClientIP affinity', () => {
		const { nat } = rulesOf(service({ sessionAffinity: 'ClientIP' }), [slice([at('10.244.1.2')])]);
		const { cluster } = serviceChains('default/web', 'tcp');
		const rule = nat.get(cluster)?.[1] ?? '';
		expect(rule).toMatch(/-m recent --name (KUBE-SEP-\w+) --rcheck --seconds 10800 --reap -j \1$/);
		const chain = rule.split(' ').at(-1) ?? '';
		expect(nat.get(chain)?.[1]).toContain(`-m recent --name ${chain} --set -m tcp -p tcp -j DNAT`);
	});

	it('has the odds upstream writes', () => {
		expect([1, 2, 3, 7].map(probability)).toEqual([
			'1.0000000000',
			'0.5000000000',
			'0.3333333333',
			'0.1428571429',
		]);
	});
});

describe('restore input', () => {
	it('names only chains that change, and removes those that are gone', () => {
		const before = emptyRuleSet();
		before.nat.set('KUBE-A', ['-j RETURN']).set('KUBE-B', ['-j KUBE-A']).set('KUBE-C', []);
		const after = emptyRuleSet();
		after.nat.set('KUBE-A', ['-j RETURN']).set('KUBE-B', ['-j ACCEPT']);
		expect(restoreInput(before, after)).toBe(
			'*nat\n:KUBE-B - [0:0]\n:KUBE-C - [0:0]\n-A KUBE-B -j ACCEPT\n-X KUBE-C\nCOMMIT\n',
		);
		expect(restoreInput(after, after)).toBe('');
	});

	it('finds chains and jumps an earlier proxy left', () => {
		const found = parseSave(
			'*nat\n:PREROUTING ACCEPT [0:0]\n:KUBE-SVC-OLD - [0:0]\n-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES\nCOMMIT\n',
		);
		expect([...found.chains.nat.keys()]).toEqual(['KUBE-SVC-OLD']);
		expect(found.missingJumps.map((j) => `${j.table} ${j.from}`)).not.toContain('nat PREROUTING');
		expect(found.missingJumps.map((j) => `${j.table} ${j.from}`)).toContain('nat OUTPUT');
	});
});

describe('rules that somebody took away', () => {
	const wanted = rulesOf(service({}), [slice([at('10.244.1.2')])]);
	/** As the kernel prints them: in words of its own. */
	const saved = (chains: [string, number][]) =>
		[
			'*nat',
			...chains.map(([chain]) => `:${chain} - [0:0]`),
			...chains.flatMap(([chain, rules]) => Array<string>(rules).fill(`-A ${chain} -j ACCEPT`)),
			'COMMIT',
			'',
		].join('\n');
	const all = [...wanted.nat].map(([chain, rules]): [string, number] => [chain, rules.length]);
	const missing = (chains: [string, number][]) => {
		const { nat } = stillLoaded(wanted, parseSave(saved(chains)).chains);
		return restoreInput({ nat, filter: wanted.filter }, wanted);
	};

	it('are none as long as every chain has its rules', () => {
		expect(missing(all)).toBe('');
	});
	it('are written again, chain by chain', () => {
		const flushed = all.map(([chain, rules]): [string, number] => [
			chain,
			chain === 'KUBE-SERVICES' ? 0 : rules,
		]);
		const input = missing(flushed);
		expect(input.match(/^:\S+/gm)).toEqual([':KUBE-SERVICES']);
		expect(missing([]).match(/^:\S+/gm)).toHaveLength(all.length);
	});
	it('may be chains of ours that nobody wants', () => {
		expect(missing([...all, ['KUBE-SVC-OLD', 1]])).toContain('-X KUBE-SVC-OLD');
	});
});

describe('stale UDP connections', () => {
	it('are cut off from endpoints that are gone', () => {
		const dns = service({}, [{ port: 53, protocol: 'UDP' }]);
		const port = { port: 53, protocol: 'UDP' as const };
		const before = endpointMap([slice([at('10.244.1.2'), at('10.244.1.3')], port)], 'node1');
		const after = endpointMap([slice([at('10.244.1.3')], port)], 'node1');
		expect(staleEntries(servicePorts(dns), before, after)).toEqual([
			['-D', '-p', 'udp', '--orig-dst', '10.96.0.50', '--dst-nat', '10.244.1.2'],
		]);
	});
});

describe('kube-proxy', () => {
	function bench() {
		const clock = new ManualClock();
		const client = new Client(new MemoryTransport(clock, new SeededRng(1)));
		const agent = new FakeAgent();
		const inputs: string[] = [];
		agent.onSpawn = ({ argv }): GuestProcess => {
			const process = endedProcess(0);
			if (argv[0] !== 'iptables-restore') return process;
			return {
				...process,
				write: (data) => {
					inputs.push(new TextDecoder().decode(data));
					return Promise.resolve();
				},
			};
		};
		const stop = new AbortController();
		const { signal } = stop;
		const iptables = new Iptables(agent);
		startKubeProxy({ client, agent, iptables, clock, nodeName: 'node1', signal });
		const run = async (ms = 0) => {
			for (let turn = 0; turn < 8; turn++) await clock.advance(0);
			await clock.advance(ms);
			for (let turn = 0; turn < 8; turn++) await clock.advance(0);
		};
		return { clock, client, agent, inputs, stop, run };
	}

	it('writes the first change at once and gathers the rest', async () => {
		const { client, inputs, run, stop } = bench();
		await run(100);
		expect(inputs).toHaveLength(1);
		expect(inputs[0]).toContain(
			'-I PREROUTING 1 -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
		);
		await client.services('default').create(service({}));
		await run(0);
		expect(inputs).toHaveLength(2);
		expect(inputs[1]).toContain('default/web has no endpoints');
		expect(inputs[1]).not.toContain('*nat');
		for (const ip of ['10.244.1.2', '10.244.1.3'])
			await client.endpointslices('default').create({
				...slice([at(ip)]),
				metadata: { ...slice([]).metadata, name: `web-${ip}` },
			});
		await run(60);
		expect(inputs).toHaveLength(3);
		expect(inputs[2]).toContain('--probability 0.5000000000');
		stop.abort(new Error('test over'));
	});

	it('leaves alone the address that the node itself answers', async () => {
		const { client, inputs, run, stop } = bench();
		await client.services('default').create(service({ clusterIP: '10.96.0.10' }));
		await run(200);
		expect(inputs.join('')).not.toContain('10.96.0.10');
		stop.abort(new Error('test over'));
	});

	it('reads the kernel again and retries after a failure', async () => {
		const { agent, inputs, run, stop } = bench();
		const works = agent.onSpawn;
		const argvs: string[] = [];
		agent.onSpawn = (spec) => {
			argvs.push(spec.argv[0] ?? '');
			return spec.argv[0] === 'iptables-restore' ? endedProcess(2) : endedProcess(0);
		};
		await run(100);
		expect(inputs).toHaveLength(0);
		agent.onSpawn = (spec) => {
			argvs.push(spec.argv[0] ?? '');
			return works(spec);
		};
		await run(1500);
		expect(inputs).toHaveLength(1);
		expect(argvs).toEqual([
			'iptables-save',
			'iptables-restore',
			'iptables-save',
			'iptables-restore',
		]);
		stop.abort(new Error('test over'));
	});
});
