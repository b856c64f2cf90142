import type { InspectPart } from '../../src/api/inspect.ts';
import type { LocalCluster } from '../../src/cluster/cluster.ts';
import { timed, type Rack } from '../harness/rack.ts';
import { median, repeat, type Figure } from './figure.ts';

const node = 'node-1';
const containers = 10;
/** Until the emulator has compiled what answers. */
const warmUps = 12;
const rounds = 15;
const settleMs = 3000;

/** What each picture asks a node for, beside its facts. */
const asked: Record<string, InspectPart[]> = {
	'processes, namespaces': [],
	cgroups: ['cgroups'],
	network: ['network', 'rules'],
	layers: ['layers'],
};

/** Milliseconds of processor time, so that whatever else the computer does is left out. */
async function cost(cluster: LocalCluster, parts: InspectPart[]): Promise<number> {
	const began = process.cpuUsage();
	await Promise.all([cluster.facts(node), parts.length > 0 ? cluster.inspect(node, parts) : {}]);
	const { user, system } = process.cpuUsage(began);
	await new Promise((resolve) => setTimeout(resolve, 50));
	return (user + system) / 1000;
}

/** What a picture's question costs a node with ten containers that publish ports. */
export async function inspectFigures(rack: Rack): Promise<Figure[]> {
	const cluster = rack.cluster(1, 'docker');
	await cluster.start();
	for (let index = 0; index < containers; index++)
		await timed(cluster, node, ['docker', 'run', '-d', '-p', `${8000 + index}:80`, 'nginx:1']);
	await new Promise((resolve) => setTimeout(resolve, settleMs));
	const figures: Figure[] = [];
	for (const [picture, parts] of Object.entries(asked)) {
		await repeat(warmUps, () => cost(cluster, parts));
		const took = await repeat(rounds, () => cost(cluster, parts));
		figures.push({
			name: `a look for: ${picture}; ${containers} containers`,
			value: median(took),
			unit: 'ms',
		});
	}
	// The same listing by a program, as a floor to compare with.
	const save = ['iptables-save', '-c'];
	await repeat(warmUps, () => timed(cluster, node, save));
	const program = await repeat(rounds, async () => {
		const began = process.cpuUsage();
		await timed(cluster, node, save);
		const { user, system } = process.cpuUsage(began);
		return (user + system) / 1000;
	});
	await cluster.stop();
	return [...figures, { name: 'iptables-save, beside it', value: median(program), unit: 'ms' }];
}
