import * as Comlink from 'comlink';
import type { LinkQuality, NetworkPort } from '../api/node.ts';
import { RealClock } from '../util/clock.ts';
import { FramePort } from '../util/frame-port.ts';
import { consoleLog } from '../util/log.ts';
import { CryptoRng } from '../util/rng.ts';
import { catchStrays } from '../util/strays.ts';
import { workerEndpoint } from '../util/worker-endpoint.ts';
import { Switch } from './switch.ts';

const wires = new Switch(new RealClock(), new CryptoRng());
const ports = new Map<string, FramePort>();

const network: NetworkPort = {
	hello: () => ({ version: 1, capabilities: ['switch', 'link-quality'] }),
	attach: async (node: string, wire: MessagePort) => {
		const port = new FramePort(wire, (frame) => wires.receive(node, frame));
		ports.set(node, port);
		wires.attach(node, (frame) => port.send(frame));
	},
	detach: async (node: string) => {
		wires.detach(node);
		ports.get(node)?.close();
		ports.delete(node);
	},
	setLink: async (node: string, link: LinkQuality) => wires.setLink(node, link),
	counters: async () => wires.counters(),
};

catchStrays(consoleLog, 'network');
Comlink.expose(network, workerEndpoint());
