import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Cluster } from '../api/cluster.ts';
import { LocalCluster } from '../cluster/cluster.ts';
import { Client } from '../client/rest.ts';
import type { WorkerKind } from '../cluster/worker-host.ts';
import { RealClock } from '../util/clock.ts';
import { serveDocker } from './docker-front.ts';
import { FileArtefacts } from './file-artefacts.ts';
import { serveHttp } from './http-front.ts';
import { nodesReady } from './ready.ts';
import { serveFiles } from './static-files.ts';
import { Threads } from './threads.ts';

const usage = `Usage: npm run serve -- [--nodes N] [--runs WHAT] [--port P]

Runs the cluster under Node and serves the Kubernetes API and each node's Docker Engine API on loopback.
  --nodes N     1 to 5 nodes (default 3)
  --runs WHAT   kubernetes (default), docker: machines with a container engine alone, or linux: machines alone
  --port P      port of the Kubernetes API (default 0: any free one)
`;

/** Relative to the built file: the workers lie beside it, the page two folders up. */
const workers: Record<WorkerKind, string> = {
	node: './node.js',
	'control-plane': './control-plane.js',
	network: './network.js',
};

interface Options {
	nodes: number;
	runs: Cluster['runs'];
	port: number;
	images: string;
}

function options(): Options {
	const { values } = parseArgs({
		options: {
			nodes: { type: 'string', default: '3' },
			runs: { type: 'string', default: 'kubernetes' },
			port: { type: 'string', default: '0' },
			images: { type: 'string' },
			help: { type: 'boolean', short: 'h', default: false },
		},
	});
	if (values.help) {
		process.stdout.write(usage);
		process.exit(0);
	}
	if (!values.images) throw new Error('--images: the folder of artefacts is missing');
	return {
		nodes: whole('nodes', values.nodes, 1, 5),
		runs: runs(values.runs),
		port: whole('port', values.port, 0, 65535),
		images: values.images,
	};
}

function whole(name: string, text: string, from: number, to: number): number {
	const value = Number(text);
	if (text.trim() !== '' && Number.isInteger(value) && value >= from && value <= to) return value;
	throw new Error(`--${name}: "${text}" is not a whole number from ${from} to ${to}`);
}

function runs(text: string): Cluster['runs'] {
	if (text === 'kubernetes' || text === 'docker' || text === 'linux') return text;
	throw new Error(`--runs: "${text}" is none of kubernetes, docker, linux`);
}

async function main(): Promise<void> {
	const { nodes, port, images, ...rest } = options();
	const clock = new RealClock();
	const cluster = new LocalCluster({
		host: new Threads((kind) => new URL(workers[kind], import.meta.url)),
		artefacts: new FileArtefacts(images, fileURLToPath(new URL('./v86.wasm', import.meta.url))),
		clock,
		nodes,
		...rest,
	});
	const servers: Server[] = [];
	const stop = async () => {
		for (const server of servers) server.close();
		await cluster.stop();
		process.exit(0);
	};
	process.on('SIGTERM', () => void stop());
	process.on('SIGINT', () => void stop());

	await cluster.start();
	const serve = async (starting: Promise<Server>): Promise<number> => {
		const server = await starting;
		servers.push(server);
		return portOf(server);
	};
	const apis: { kubernetes?: string; docker?: Record<string, string> } = {};
	if (cluster.runs === 'kubernetes') {
		apis.kubernetes = `http://127.0.0.1:${await serve(serveHttp(cluster.api, port))}`;
		await nodesReady(new Client(cluster.api), nodes);
	}
	for (const { name } of cluster.runs === 'linux' ? [] : cluster.nodes()) {
		const address = `tcp://127.0.0.1:${await serve(serveDocker(cluster.docker(name), 0))}`;
		apis.docker = { ...apis.docker, [name]: address };
	}
	const dist = fileURLToPath(new URL('../dist/', import.meta.url));
	const page = existsSync(dist)
		? { page: `http://127.0.0.1:${await serve(serveFiles(dist, 0))}` }
		: {};
	const ready = { ready: true, ...apis, ...page };
	process.stdout.write(`${JSON.stringify(ready)}\n`);
}

function portOf(server: Server): number {
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('the server has no port');
	return address.port;
}

main().catch((error: unknown) => {
	process.stderr.write(`drydock: ${error instanceof Error ? error.message : String(error)}\n`);
	process.exit(1);
});
