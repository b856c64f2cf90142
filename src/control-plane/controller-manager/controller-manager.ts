import type { Client } from '../../client/rest.ts';
import type { Clock } from '../../util/clock.ts';
import type { Rng } from '../../util/rng.ts';
import type { Controller, ControllerContext } from './context.ts';
import { DeploymentController } from './deployment.ts';
import { EndpointSliceController } from './endpoint-slice.ts';
import { EndpointSliceMirroringController } from './endpoint-slice-mirroring.ts';
import { EndpointsController } from './endpoints.ts';
import { GarbageCollector } from './garbage-collector.ts';
import { createInformers } from './informers.ts';
import { NamespaceController } from './namespace.ts';
import { NamespaceContentsController } from './namespace-contents.ts';
import { NodeIpamController } from './node-ipam.ts';
import { NodeLifecycleController } from './node-lifecycle.ts';
import { defaultOptions, type ControllerOptions } from './options.ts';
import { PodGcController } from './pod-gc.ts';
import { ReplicaSetController } from './replica-set.ts';
import { TaintEvictionController } from './taint-eviction.ts';

export interface StartControllersOptions {
	client: Client;
	clock: Clock;
	rng: Rng;
	signal: AbortSignal;
	/** What differs from upstream's defaults. */
	options?: Partial<ControllerOptions>;
	/** Told of every failed reconcile, which is then tried again. */
	onError?: (controller: string, key: string, error: unknown) => void;
}

/** All control loops of one cluster. After cmd/kube-controller-manager */
export interface ControllerManager {
	/** Settles when every controller has its first local copy and works. */
	readonly ready: Promise<void>;
	/** Each controller's state as plain data, by its name. */
	snapshot(): Record<string, unknown>;
}

interface ControllerType {
	new (context: ControllerContext): Controller;
	readonly controllerName: string;
}

const controllerTypes: ControllerType[] = [
	DeploymentController,
	ReplicaSetController,
	EndpointSliceController,
	EndpointsController,
	EndpointSliceMirroringController,
	NamespaceController,
	NamespaceContentsController,
	GarbageCollector,
	NodeLifecycleController,
	NodeIpamController,
	TaintEvictionController,
	PodGcController,
];

/** Builds and runs every controller until the signal aborts. */
export function startControllers(start: StartControllersOptions): ControllerManager {
	const { client, clock, rng, signal, options, onError = () => undefined } = start;
	const informers = createInformers(client, clock, (error) => onError('informer', '', error));
	const context: Omit<ControllerContext, 'client'> = {
		clock,
		rng,
		signal,
		informers,
		onError,
		options: { ...defaultOptions, ...options },
	};
	const controllers = controllerTypes.map(
		(Type) => new Type({ ...context, client: client.as(userAgent(Type.controllerName)) }),
	);
	const ready = informers.start(signal).then(() => {
		for (const controller of controllers) controller.run();
	});
	// Stopping before the first list is no failure for whoever does not wait.
	ready.catch((error: unknown) => {
		if (!signal.aborted) onError('controller-manager', 'start', error);
	});
	const snapshot = () =>
		Object.fromEntries(controllers.map((controller) => [controller.name, controller.snapshot()]));
	return { ready, snapshot };
}

/** As upstream's controllers sign, each as its service account; the API server's audit log tells them apart by it. */
function userAgent(controller: string): string {
	return `kube-controller-manager/v1.33.1 (linux/386) kubernetes/drydock/system:serviceaccount:kube-system:${controller}`;
}
