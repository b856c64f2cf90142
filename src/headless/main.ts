import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { LocalCluster } from '../cluster/cluster.ts';
import { Client } from '../client/rest.ts';
import type { WorkerKind } from '../cluster/worker-host.ts';
import { RealClock } from '../util/clock.ts';
import { consoleLog, logged } from '../util/log.ts';
import { catchStrays } from '../util/strays.ts';
import { serveDocker } from './docker-front.ts';
import { Door } from './door.ts';
import { FileArtefacts } from './file-artefacts.ts';
import { serveHttp } from './http-front.ts';
import { failWith, readOptions, usage, UsageError, type Options } from './options.ts';
import { nodesReady } from './ready.ts';
import { serveFiles } from './static-files.ts';
import { Threads } from './threads.ts';

/** Relative to the built file: the workers lie beside it, the page two folders up. */
const workers: Record<WorkerKind, string> = {
	node: './node.js',
	'control-plane': './control-plane.js',
	network: './network.js',
};

const log = consoleLog;

/** The line that a program reads from standard output. */
interface Ready {
	ready: true;
	kubernetes?: string;
	docker?: Record<string, string>;
	page?: string;
}

async function main(options: Options): Promise<void> {
	const { nodes, images, runs, memory } = options;
	if (!images) throw new UsageError('--images: the folder of artefacts is missing');
	const cluster = new LocalCluster({
		host: new Threads((kind) => new URL(workers[kind], import.meta.url)),
		artefacts: new FileArtefacts(images, fileURLToPath(new URL('./v86.wasm', import.meta.url))),
		clock: new RealClock(),
		nodes,
		runs,
		memory,
	});
	const servers: Server[] = [];
	stopOnSignals(cluster, servers);
	// The ports come first: one that is taken is told before any machine starts. Early requests wait.
	const ready = await serveAll(cluster, options, servers);
	await cluster.start();
	if (runs === 'kubernetes') await nodesReady(new Client(cluster.api), nodes);
	process.stdout.write(`${JSON.stringify(ready)}\n`);
}

async function serveAll(
	cluster: LocalCluster,
	{ runs, port, guests }: Options,
	servers: Server[],
): Promise<Ready> {
	const door = new Door(guests);
	const serve = async (starting: Promise<Server>): Promise<string> => {
		const server = await starting;
		servers.push(server);
		return `127.0.0.1:${portOf(server)}`;
	};
	const ready: Ready = { ready: true };
	if (runs === 'kubernetes')
		ready.kubernetes = `http://${await serve(serveHttp({ api: cluster.api, door, log }, port))}`;
	for (const { name } of runs === 'linux' ? [] : cluster.nodes()) {
		const address = await serve(serveDocker({ api: cluster.docker(name), door, log }, 0));
		ready.docker = { ...ready.docker, [name]: `tcp://${address}` };
	}
	const dist = fileURLToPath(new URL('../dist/', import.meta.url));
	if (existsSync(dist)) ready.page = `http://${await serve(serveFiles(dist, 0))}`;
	return ready;
}

function stopOnSignals(cluster: LocalCluster, servers: Server[]): void {
	const stop = () => {
		for (const server of servers) server.close();
		cluster
			.stop()
			.catch(logged(log, 'drydock', 'not everything stopped'))
			.finally(() => process.exit(0));
	};
	process.on('SIGTERM', stop);
	process.on('SIGINT', stop);
}

function portOf(server: Server): number {
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('the server has no port');
	return address.port;
}

catchStrays(log, 'drydock');
try {
	const options = readOptions(process.argv.slice(2));
	if (options) await main(options);
	else process.stdout.write(usage);
} catch (error) {
	failWith(error);
}
