import type { Container, ContainerStats } from '../../api/engine.ts';
import { bytesSize, humanSize, shortId } from './human.ts';
import { printListing } from './print.ts';
import { boolFlag, formatFlag, type Call, type Verb } from './verb.ts';
import { interruptedCode } from '../interrupted.ts';

const columns = [
	{ field: 'ID', heading: 'CONTAINER ID' },
	{ field: 'Name', heading: 'NAME' },
	{ field: 'CPUPerc', heading: 'CPU %' },
	{ field: 'MemUsage', heading: 'MEM USAGE / LIMIT' },
	{ field: 'MemPerc', heading: 'MEM %' },
	{ field: 'NetIO', heading: 'NET I/O' },
	{ field: 'BlockIO', heading: 'BLOCK I/O' },
	{ field: 'PIDs', heading: 'PIDS' },
];
const interval = 1000;

/** `docker stats` */
export const stats: Verb = {
	name: 'stats',
	usage: 'stats [OPTIONS] [CONTAINER...]',
	short: 'Display a live stream of container(s) resource usage statistics',
	aliases: ['docker container stats', 'docker stats'],
	flags: [
		boolFlag('all', 'Show all containers, not only those that run', 'a'),
		formatFlag(),
		boolFlag('no-stream', 'Print once and end'),
		boolFlag('no-trunc', 'Show everything in full'),
	],
	min: 0,
	completes: 'running',
	run: async (call) => {
		const { io, flags, services } = call;
		let before = await readAll(call);
		for (;;) {
			await services.clock.sleep(interval, io.signal).catch(() => undefined);
			if (io.signal.aborted) return interruptedCode(io.signal);
			const now = await readAll(call);
			const rows = [...now].map(([container, sample]) =>
				row(call, container, sample, find(before, container.id)),
			);
			const text = printListing(
				{ columns, rows, type: '*container.statsContext' },
				flags.string('format'),
			);
			if (flags.bool('no-stream')) {
				await io.out(text);
				return 0;
			}
			await io.out(`\x1b[H${text.replaceAll('\n', '\x1b[K\n')}\x1b[J`);
			before = now;
		}
	},
};

type Samples = Map<Container, ContainerStats>;

async function readAll({ engine, args, flags }: Call): Promise<Samples> {
	const containers =
		args.length > 0
			? args.map((name) => engine.container(name))
			: engine.listContainers({ all: flags.bool('all') });
	const samples = await Promise.all(containers.map((container) => engine.stats(container.id)));
	return new Map(containers.map((container, i) => [container, samples[i] as ContainerStats]));
}

function find(samples: Samples, id: string): ContainerStats | undefined {
	return [...samples.values()].find((sample) => sample.id === id);
}

function row(
	{ flags }: Call,
	container: Container,
	now: ContainerStats,
	before: ContainerStats | undefined,
): Record<string, unknown> {
	const name = container.name;
	const id = flags.bool('no-trunc') ? container.id : shortId(container.id);
	const cpu = before ? usedShare(before, now) : 0;
	const memory = now.memoryLimit > 0 ? now.memoryBytes / now.memoryLimit : 0;
	return {
		BlockIO: `${humanSize(now.readBytes)} / ${humanSize(now.writeBytes)}`,
		CPUPerc: percent(cpu),
		Container: id,
		ID: id,
		MemPerc: percent(memory),
		MemUsage: `${bytesSize(now.memoryBytes)} / ${bytesSize(now.memoryLimit)}`,
		Name: name,
		NetIO: `${humanSize(now.rxBytes)} / ${humanSize(now.txBytes)}`,
		PIDs: String(now.pids),
	};
}

function usedShare(before: ContainerStats, now: ContainerStats): number {
	const elapsedNs = (now.time - before.time) * 1e6;
	return elapsedNs > 0 ? Math.max(0, (now.cpuUsageNs - before.cpuUsageNs) / elapsedNs) : 0;
}

function percent(share: number): string {
	return `${(share * 100).toFixed(2)}%`;
}
