import type { Agent } from '../api/agent.ts';
import type { BootProgress, NodeOptions } from '../api/node.ts';
import type { Transport } from '../api/transport.ts';
import { portTransport, servePort } from '../client/port-transport.ts';
import { Client } from '../client/rest.ts';
import type { Clock } from '../util/clock.ts';
import { consoleLog } from '../util/log.ts';
import type { Rng } from '../util/rng.ts';
import { serveCommands } from './commands.ts';
import { startDns } from './dns/dns.ts';
import type { GuestFiles } from './emulator/guest-files.ts';
import { hardware, shareMount } from './emulator/hardware.ts';
import { ContainerEngine } from './engine/engine.ts';
import { startKubelet } from './kubelet/kubelet.ts';
import { startKubeProxy } from './kube-proxy/kube-proxy.ts';
import { layerShare } from './layer-share.ts';
import { followPeers } from './peer-routes.ts';
import { registryFetch } from './registry-fetch.ts';

/** Heartbeats are denser than upstream's, so that a pulled plug shows within seconds. */
const kubeletOptions = { leaseIntervalMs: 2000, leaseDurationSeconds: 8 };
const clusterCidr = '10.244.0.0/16';

export interface Parts {
	agent: Agent;
	files: GuestFiles;
	clock: Clock;
	rng: Rng;
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
	const api = portTransport(port);
	let engine: ContainerEngine | undefined;
	if (runs !== 'linux') {
		progress('engine');
		engine = await startEngine(options, parts);
	}
	if (engine && runs === 'kubernetes') {
		progress('kubelet');
		await startKubernetes(options, { port, api }, engine, parts);
	}
	serveCommands(agent, { runs, api, engine, nodeName: name, clock });
	return engine;
}

/** What runs on every Kubernetes node, as clients of the API server at the other end of the port. */
async function startKubernetes(
	options: NodeOptions,
	{ port, api }: { port: MessagePort; api: Transport },
	engine: ContainerEngine,
	parts: Parts,
): Promise<void> {
	const { agent, clock, rng, kernel } = parts;
	const client = new Client(api, { userAgent: `kubelet/${options.name}` });
	const { signal } = new AbortController();
	const address = options.cidr.replace(/\/.*/, '');
	const kubelet = startKubelet({
		client,
		engine,
		agent,
		clock,
		rng,
		log: consoleLog,
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
	servePort(port, kubelet.server);
	startKubeProxy({ client, agent, clock, nodeName: options.name, nodeAddress: address, signal });
	startDns({ client, agent, clock, signal });
	followPeers(client, engine.cni, options.name, clock, signal);
}
