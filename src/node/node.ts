import type { Agent, GuestEvent } from '../api/agent.ts';
import type { BootProgress, NodeOptions } from '../api/node.ts';
import { portTransport, servePort } from '../client/port-transport.ts';
import { Client } from '../client/rest.ts';
import type { Clock } from '../util/clock.ts';
import { FramePort } from '../util/frame-port.ts';
import type { Rng } from '../util/rng.ts';
import { GuestAgent } from './agent/agent.ts';
import { serveCommands } from './commands.ts';
import { startDns } from './dns/dns.ts';
import { hardware, shareMount } from './emulator/hardware.ts';
import { Machine } from './emulator/machine.ts';
import { ContainerEngine } from './engine/engine.ts';
import { startKubelet } from './kubelet/kubelet.ts';
import { startKubeProxy } from './kube-proxy/kube-proxy.ts';
import { layerShare } from './layer-share.ts';
import { followPeers } from './peer-routes.ts';
import { registryFetch } from './registry-fetch.ts';

/** Heartbeats are denser than upstream's, so that a pulled plug shows within seconds. */
const kubeletOptions = { leaseIntervalMs: 2000, leaseDurationSeconds: 8 };
const clusterCidr = '10.244.0.0/16';

export interface NodePorts {
	api: MessagePort;
	wire: MessagePort;
}

export interface NodeDeps {
	clock: Clock;
	rng: Rng;
	progress: (phase: BootProgress['phase']) => void;
}

/** One running node: the machine, its agent, and the components that drive it. */
export class Node {
	readonly machine: Machine;
	readonly agent: Agent;
	readonly engine: ContainerEngine;

	private constructor(machine: Machine, agent: Agent, engine: ContainerEngine) {
		this.machine = machine;
		this.agent = agent;
		this.engine = engine;
	}

	/** Restores the machine, makes it this node, and starts engine, kubelet, kube-proxy and DNS. */
	static async boot(options: NodeOptions, ports: NodePorts, deps: NodeDeps): Promise<Node> {
		const { clock, rng, progress } = deps;
		progress('restore');
		const { state, wasm } = options;
		const machine = await Machine.create({ wasm, clock, start: { state } });
		const wire = new FramePort(ports.wire, (frame) => machine.receiveFrame(frame));
		machine.onFrame((frame) => wire.send(frame));
		const agent = new GuestAgent(machine.agent, clock);
		machine.onHalt(() => agent.close(new Error(`${options.name} has halted`)));
		await machine.run();
		progress('agent');
		const hello = await agent.hello();
		progress('identify');
		await agent.identify({
			hostname: options.name,
			time: clock.now(),
			entropy: rng.bytes(64),
			mac: options.mac,
			cidr: options.cidr,
			hosts: options.hosts,
			machineId: [...rng.bytes(16)].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
		});
		progress('engine');
		const engine = await ContainerEngine.start({
			agent,
			clock,
			rng,
			nodeName: options.name,
			podCidr: options.podCidr,
			clusterCidr,
			registry: options.registry,
			fetch: registryFetch,
			layers: layerShare(machine.files),
			share: shareMount,
		});
		progress('kubelet');
		await startComponents(options, ports.api, { agent, engine, clock, rng, kernel: hello.kernel });
		progress('ready');
		return new Node(machine, agent, engine);
	}

	subscribe(listener: (event: GuestEvent) => void): void {
		this.agent.subscribe(listener);
	}
}

interface Components {
	agent: GuestAgent;
	engine: ContainerEngine;
	clock: Clock;
	rng: Rng;
	kernel: string;
}

/** What runs on every Kubernetes node, as clients of the API server at the other end of `port`. */
async function startComponents(
	options: NodeOptions,
	port: MessagePort,
	parts: Components,
): Promise<void> {
	const { agent, engine, clock, rng, kernel } = parts;
	const api = portTransport(port);
	const client = new Client(api, { userAgent: `kubelet/${options.name}` });
	const { signal } = new AbortController();
	const address = options.cidr.replace(/\/.*/, '');
	const kubelet = startKubelet({
		client,
		engine,
		agent,
		clock,
		rng,
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
	serveCommands(agent, { api, engine, nodeName: options.name, clock });
}
