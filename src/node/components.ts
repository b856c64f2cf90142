import type { BootProgress, NodeOptions } from '../api/node.ts';
import type { Transport } from '../api/transport.ts';
import { portTransport, servePort } from '../client/port-transport.ts';
import { Client } from '../client/rest.ts';
import { StatusError } from '../client/status.ts';
import type { Clock } from '../util/clock.ts';
import { logged, type Log } from '../util/log.ts';
import type { Rng } from '../util/rng.ts';
import type { GuestAgent } from './agent/agent.ts';
import { ApiLink } from './api-link.ts';
import { serveCommands } from './commands.ts';
import { startDns } from './dns/dns.ts';
import type { GuestFiles } from './emulator/guest-files.ts';
import { hardware, shareMount } from './emulator/hardware.ts';
import { ContainerEngine } from './engine/engine.ts';
import { dialErrorText } from './kubelet/dial-error.ts';
import { startKubelet } from './kubelet/kubelet.ts';
import { startKubeProxy } from './kube-proxy/kube-proxy.ts';
import { layerShare } from './layer-share.ts';
import { PodNetwork } from './pod-network.ts';
import { registryFetch } from './registry-fetch.ts';

/** What takes minutes upstream takes seconds here: a pulled plug, a disk that has room again. */
const kubeletOptions = {
	leaseIntervalMs: 2000,
	leaseDurationSeconds: 8,
	pressureTransitionMs: 20_000,
};
const clusterCidr = '10.244.0.0/16';
const apiHost = 'control-plane';
const apiPort = 6443;
const kubeletPort = 10250;

export interface Parts {
	agent: GuestAgent;
	files: GuestFiles;
	clock: Clock;
	rng: Rng;
	log: Log;
	/** `uname -r` of the guest. */
	kernel: string;
}

/** Starts the engine on a machine that has answered. */
function startEngine(options: NodeOptions, parts: Parts): Promise<ContainerEngine> {
	const { agent, clock, rng, files } = parts;
	return ContainerEngine.start({
		agent,
		clock,
		rng,
		nodeName: options.name,
		podCidr: options.podCidr,
		clusterCidr,
		registry: options.registry,
		fetch: registryFetch,
		layers: layerShare(files),
		share: shareMount,
		pods: options.runs === 'kubernetes',
	});
}

/** Starts what this node is to run; answers the engine, which a machine of Linux alone has not. */
export async function startComponents(
	options: NodeOptions,
	port: MessagePort,
	parts: Parts,
	progress: (phase: BootProgress['phase']) => void,
): Promise<ContainerEngine | undefined> {
	const { name, runs } = options;
	const { agent, clock } = parts;
	const link = new ApiLink();
	const api = link.through(portTransport(port), (errno) => unreachable(options, errno));
	let engine: ContainerEngine | undefined;
	if (runs !== 'linux') {
		progress('engine');
		engine = await startEngine(options, parts);
	}
	if (engine && runs === 'kubernetes') {
		progress('kubelet');
		await startKubernetes(options, { port, api, link }, engine, parts);
	}
	serveCommands(agent, { runs, api, engine, nodeName: name, clock }, parts.log);
	return engine;
}

/** What runs on every Kubernetes node, as clients of the API server at the other end of the port. */
async function startKubernetes(
	options: NodeOptions,
	{ port, api, link }: { port: MessagePort; api: Transport; link: ApiLink },
	engine: ContainerEngine,
	parts: Parts,
): Promise<void> {
	const { agent, clock, rng, log, kernel } = parts;
	const client = new Client(api, { userAgent: `kubelet/${options.name}` });
	const { signal } = new AbortController();
	const address = options.cidr.replace(/\/.*/, '');
	const kubelet = startKubelet({
		client,
		engine,
		agent,
		clock,
		rng,
		log,
		node: {
			name: options.name,
			address,
			podCidr: options.podCidr,
			role: options.role,
			tainted: options.tainted,
			memoryBytes: hardware.memory_size,
			kernel,
			osImage: (await engine.info()).operatingSystem,
		},
		options: kubeletOptions,
		signal,
	});
	servePort(
		port,
		link.through(kubelet.server, () => noRouteToHost(address)),
	);
	const { cni, iptables } = engine;
	const nodeName = options.name;
	const proxy = startKubeProxy({ client, agent, iptables, clock, nodeName, log, signal });
	startDns({ client, agent, clock, log, signal });
	const network = new PodNetwork({
		client,
		cni,
		self: nodeName,
		clock,
		log,
		signal,
	});
	network.start();
	const routeChanged = (errno: string | undefined) => {
		link.set(errno);
		if (errno !== undefined) return;
		network.resync();
		proxy.resync();
	};
	await agent
		.watchRoute(apiAddress(options), routeChanged)
		.catch(logged(log, 'node', 'cannot watch the way to the API server'));
}

function apiAddress({ hosts }: NodeOptions): string {
	const line = hosts.find((each) => each.endsWith(` ${apiHost}`));
	return line?.split(' ')[0] ?? '';
}

/**
 * What a client on the node is told while its kernel has no way to the API server.
 * Unlike Kubernetes: for the control plane's own node, too, when its card is down.
 */
function unreachable(options: NodeOptions, errno: string): Error {
	return Object.assign(new Error(dialErrorText({ errno }, apiAddress(options), apiPort)), {
		errno,
	});
}

/** What the API server is told meanwhile. After apimachinery's UpgradeAwareHandler. */
function noRouteToHost(address: string): StatusError {
	const dial = dialErrorText({ errno: 'EHOSTUNREACH' }, address, kubeletPort);
	const message = `error dialing backend: ${dial}`;
	return new StatusError({
		kind: 'Status',
		apiVersion: 'v1',
		metadata: {},
		status: 'Failure',
		message,
		code: 500,
	});
}
