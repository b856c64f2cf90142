import * as Comlink from 'comlink';
import type { ControlPlanePort } from '../api/node.ts';
import { installThrowHandler } from '../client/comlink.ts';
import { RealClock } from '../util/clock.ts';
import { consoleLog } from '../util/log.ts';
import { CryptoRng } from '../util/rng.ts';
import { catchStrays } from '../util/strays.ts';
import { workerEndpoint } from '../util/worker-endpoint.ts';
import { ControlPlane } from './control-plane.ts';

let running: ControlPlane | undefined;

function controlPlane(): ControlPlane {
	if (!running) throw new Error('the control plane has not been started');
	return running;
}

const port: ControlPlanePort = {
	hello: () => ({ version: 1, capabilities: ['api', 'scheduler', 'controller-manager'] }),
	start: async (options) => {
		running = new ControlPlane(options, new RealClock(), new CryptoRng());
	},
	connect: async (to, node) => controlPlane().connect(to, node),
	audit: async (since) => controlPlane().audit(since),
	disconnect: async (node) => controlPlane().disconnect(node),
};

catchStrays(consoleLog, 'control-plane');
installThrowHandler();
Comlink.expose(port, workerEndpoint());
