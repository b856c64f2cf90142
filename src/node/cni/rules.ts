import type { PortBinding } from '../../api/engine.ts';

/** Input of one `iptables-restore --noflush`: rules by table. */
export type Rules = Partial<Record<'nat' | 'filter', string[]>>;

/** The text that `iptables-restore` reads. */
export function restoreText(...parts: Rules[]): string {
	const tables = ['nat', 'filter'] as const;
	return tables
		.map((table) => ({ table, lines: parts.flatMap((rules) => rules[table] ?? []) }))
		.filter(({ lines }) => lines.length > 0)
		.map(({ table, lines }) => `*${table}\n${lines.join('\n')}\nCOMMIT\n`)
		.join('');
}

/** The part of these rules that `iptables-save` does not show; an empty text when all are there. */
export function missingText(rules: Rules, saved: string): string {
	const missing: Rules = {};
	for (const table of ['nat', 'filter'] as const) {
		const start = saved.indexOf(`*${table}\n`);
		const text = start < 0 ? '' : saved.slice(start, saved.indexOf('COMMIT\n', start));
		const lines = text.split('\n');
		const isThere = (rule: string) =>
			rule.startsWith(':')
				? lines.some((line) => line.startsWith(`${rule.split(' ')[0]} `))
				: lines.includes(rule);
		missing[table] = (rules[table] ?? []).filter((rule) => !isThere(rule));
	}
	return restoreText(missing);
}

const local = '-m addrtype --dst-type LOCAL';

/** The chains of docker's bridge, as they stand before any container. */
export function dockerRules(bridgeSubnet: string): Rules {
	return {
		nat: [
			':DOCKER - [0:0]',
			`-A PREROUTING ${local} -j DOCKER`,
			`-A OUTPUT ! -d 127.0.0.0/8 ${local} -j DOCKER`,
			`-A POSTROUTING -s ${bridgeSubnet} ! -o docker0 -j MASQUERADE`,
			'-A DOCKER -i docker0 -j RETURN',
		],
		filter: [
			':DOCKER - [0:0]',
			':DOCKER-USER - [0:0]',
			'-A FORWARD -j DOCKER-USER',
			'-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
			'-A FORWARD -o docker0 -j DOCKER',
			'-A FORWARD -i docker0 ! -o docker0 -j ACCEPT',
			'-A FORWARD -i docker0 -o docker0 -j ACCEPT',
			'-A DOCKER-USER -j RETURN',
		],
	};
}

/** The chains of the pod network, as they stand before any pod. */
export function podRules(podCidr: string, clusterCidr: string): Rules {
	const chains = ['CNI-MASQ', 'CNI-HOSTPORT-DNAT', 'CNI-HOSTPORT-SETMARK', 'CNI-HOSTPORT-MASQ'];
	return {
		nat: [
			...chains.map((chain) => `:${chain} - [0:0]`),
			`-A PREROUTING ${local} -j CNI-HOSTPORT-DNAT`,
			`-A OUTPUT ${local} -j CNI-HOSTPORT-DNAT`,
			'-A POSTROUTING -j CNI-HOSTPORT-MASQ',
			'-A CNI-HOSTPORT-SETMARK -j MARK --set-xmark 0x2000/0x2000',
			'-A CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE',
			`-A POSTROUTING -s ${podCidr} -j CNI-MASQ`,
			`-A CNI-MASQ -d ${clusterCidr} -j RETURN`,
			'-A CNI-MASQ ! -d 224.0.0.0/4 -j MASQUERADE',
		],
	};
}

/** The rules of one container's published ports. After libnetwork/drivers/bridge: setPerPortIPTables. */
export function publishRules(
	address: string,
	ports: readonly PortBinding[],
	change: 'A' | 'D',
): Rules {
	const nat: string[] = [];
	const filter: string[] = [];
	for (const port of ports) {
		const match = `-p ${port.protocol} -m ${port.protocol} --dport`;
		const to = `${address}:${port.containerPort}`;
		nat.push(
			`-${change} DOCKER${hostMatch(port)} ! -i docker0 ${match} ${port.hostPort} -j DNAT --to-destination ${to}`,
			`-${change} POSTROUTING -s ${address}/32 -d ${address}/32 ${match} ${port.containerPort} -j MASQUERADE`,
		);
		filter.push(
			`-${change} DOCKER -d ${address}/32 ! -i docker0 -o docker0 ${match} ${port.containerPort} -j ACCEPT`,
		);
	}
	return { nat, filter };
}

/** The rules of a pod's host ports. After the portmap plugin of CNI: fillDnatRules. */
export function hostPortRules(
	address: string,
	podCidr: string,
	ports: readonly PortBinding[],
	change: 'A' | 'D',
): Rules {
	const nat = ports.flatMap((port) => {
		const head = `-${change} CNI-HOSTPORT-DNAT`;
		const match = `${hostMatch(port)} -p ${port.protocol} -m ${port.protocol} --dport ${port.hostPort}`;
		return [
			`${head} -s ${podCidr}${match} -j CNI-HOSTPORT-SETMARK`,
			`${head} -s 127.0.0.1/32${match} -j CNI-HOSTPORT-SETMARK`,
			`${head}${match} -j DNAT --to-destination ${address}:${port.containerPort}`,
		];
	});
	return { nat };
}

function hostMatch(port: PortBinding): string {
	return port.hostIp && port.hostIp !== '0.0.0.0' ? ` -d ${port.hostIp}/32` : '';
}
