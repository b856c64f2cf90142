import type { Agent, GuestEvent } from '../api/agent.ts';
import { machineMemory, type BootProgress, type NodeOptions } from '../api/node.ts';
import type { Clock } from '../util/clock.ts';
import type { Log } from '../util/log.ts';
import { FramePort } from '../util/frame-port.ts';
import type { Rng } from '../util/rng.ts';
import { GuestAgent } from './agent/agent.ts';
import { Machine } from './emulator/machine.ts';
import type { ContainerEngine } from './engine/engine.ts';

export interface NodePorts {
	api: MessagePort;
	wire: MessagePort;
}

export interface NodeDeps {
	clock: Clock;
	rng: Rng;
	log: Log;
	progress: (phase: BootProgress['phase']) => void;
	/** The guest's CPU has stopped for good. */
	halted: (error: Error) => void;
}

/** A kernel that has panicked lets no agent answer any more. */
const aliveMs = 3000;

function whenHalted(machine: Machine, agent: GuestAgent, clock: Clock, halted: () => void): void {
	let isAsking = false;
	machine.onHalt((isCertain) => {
		if (isCertain) return halted();
		if (isAsking) return;
		isAsking = true;
		const silence = new Promise<never>((_resolve, reject) =>
			clock.after(aliveMs, () => reject(new Error('no answer'))),
		);
		void Promise.race([agent.hello(), silence])
			.then(() => (isAsking = false), halted)
			.catch(() => undefined);
	});
}

/** One running node: the machine, its agent, and the components that drive it. */
export class Node {
	readonly machine: Machine;
	readonly agent: Agent;
	/** A machine that runs Linux alone has none. */
	readonly engine: ContainerEngine | undefined;

	private constructor(machine: Machine, agent: Agent, engine: ContainerEngine | undefined) {
		this.machine = machine;
		this.agent = agent;
		this.engine = engine;
	}

	/** Restores the machine, makes it this node, and starts what it is to run: engine, kubelet, kube-proxy and DNS. */
	static async boot(options: NodeOptions, ports: NodePorts, deps: NodeDeps): Promise<Node> {
		const { clock, rng, log, progress } = deps;
		progress('restore');
		const { state, wasm } = options;
		const machine = await Machine.create({ wasm, clock, start: { state } });
		const wire = new FramePort(ports.wire, (frame) => machine.receiveFrame(frame));
		machine.onFrame((frame) => wire.send(frame));
		const agent = new GuestAgent(machine.agent, clock);
		agent.onLost((error) => log.warn(options.name, error.message));
		whenHalted(machine, agent, clock, () => {
			const error = new Error(`${options.name} has halted: its kernel panicked or was powered off`);
			agent.close(error);
			deps.halted(error);
		});
		await machine.run();
		await machine.leaveMemory((options.memory ?? machineMemory) << 20);
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
		// The node's software is loaded while the machine already runs: an agent answers sooner.
		const { startComponents } = await import('./components.ts');
		const parts = { agent, files: machine.files, clock, rng, log, kernel: hello.kernel };
		const engine = await startComponents(options, ports.api, parts, progress);
		progress('ready');
		return new Node(machine, agent, engine);
	}

	/** Tells of memory that ran out, and of programs that begin and end. */
	subscribe(listener: (event: GuestEvent) => void): void {
		const tell = (event: GuestEvent) => event.type === 'fork' || listener(event);
		this.agent.subscribe(tell, { processes: true });
	}
}
