import * as Comlink from 'comlink';
import type { BootProgress, NodeOptions, NodePort, Runs } from '../api/node.ts';
import { installThrowHandler } from '../client/comlink.ts';
import { servePort } from '../client/port-transport.ts';
import { RealClock } from '../util/clock.ts';
import { consoleLog } from '../util/log.ts';
import { CryptoRng } from '../util/rng.ts';
import { catchStrays } from '../util/strays.ts';
import { workerEndpoint } from '../util/worker-endpoint.ts';
import { dockerApi } from './engine-api/docker-api.ts';
import { guestRequest } from './guest-request.ts';
import { Inspector } from './inspect/inspect.ts';
import { look } from './look.ts';
import { FactReader } from './node-facts.ts';
import { SharedProcesses } from './shared-processes.ts';
import { Node } from './node.ts';
import { putFile, takeFile } from './files.ts';
import { foreground, openTerminal } from './terminals.ts';
import { webTransport } from './web.ts';

const clock = new RealClock();
const rng = new CryptoRng();
let running: Node | undefined;
let runs: Runs = 'linux';
let facts: FactReader | undefined;
let inspector: Inspector | undefined;

function node(): Node {
	if (!running) throw new Error('this node has not booted');
	return running;
}

let tellHalt: ((message: string) => void) | undefined;

/** The owner of this worker takes the machine for lost. */
const halted = (error: Error) => tellHalt?.(error.message);

const port: NodePort = {
	hello: () => ({ version: 1, capabilities: ['terminal', 'facts', 'look', 'docker'] }),
	boot: async (options: NodeOptions, api, wire, progress) => {
		const began = clock.now();
		const report = (phase: BootProgress['phase']) =>
			progress({ node: options.name, phase, atMs: clock.now() - began });
		const deps = { clock, rng, log: consoleLog, progress: report, halted };
		({ runs } = options);
		running = await Node.boot(options, { api, wire }, deps);
		const processes = new SharedProcesses(running.agent, clock);
		facts = new FactReader(running.agent, running.engine, processes);
		inspector = new Inspector(running.agent, processes);
	},
	onHalt: async (told) => {
		tellHalt = told;
	},
	openTerminal: (options, to) => openTerminal(node().agent, options, to),
	foreground: (pid) => foreground(node().agent, clock, pid),
	signal: async (pgid, signal) => {
		await node().agent.batch([{ op: 'kill', pid: -pgid, signal }]);
	},
	facts: async () => {
		if (!facts) throw new Error('this node has not booted');
		return facts.read();
	},
	inspect: async (parts) => {
		if (!inspector) throw new Error('this node has not booted');
		return inspector.read(parts);
	},
	look: (wanted) => look(node().agent, clock, wanted),
	putFile: (path, content, append) => putFile(node().agent, path, content, append),
	takeFile: (path, to) => takeFile(node().agent, path, to),
	offeredImages: async () => (await node().engine?.offeredImages()) ?? [],
	request: (request) => guestRequest(node().agent, clock, runs, request),
	actions: async (since) => node().agent.actions(since),
	subscribe: async (listener) => node().subscribe(listener),
	docker: async (to) => {
		const { engine } = node();
		if (!engine) throw new Error('this machine runs no container engine');
		servePort(to, dockerApi(engine, clock));
	},
	web: async (to) => void servePort(to, webTransport(node().agent, clock, runs)),
	freeze: () => node().machine.stop(),
	resume: () => node().machine.run(),
	setCarrier: async (isUp) => node().machine.setCarrier(isUp),
	consoleLog: async () => node().machine.console.text,
	memory: async () => {
		const { wasmBytes } = node().machine.snapshot();
		const { framesIn, framesOut, badFrames, badFramesGuest } = node().agent.stats();
		const { instructions } = node().machine;
		return {
			wasmBytes,
			instructions,
			agentFrames: framesIn + framesOut,
			badFrames: badFrames + badFramesGuest,
		};
	},
};

catchStrays(consoleLog, 'node');
installThrowHandler();
Comlink.expose(port, workerEndpoint());
