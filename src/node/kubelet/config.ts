import type { Agent } from '../../api/agent.ts';
import type { Engine } from '../../api/engine.ts';
import type { Client } from '../../client/rest.ts';
import type { Clock } from '../../util/clock.ts';
import type { Log } from '../../util/log.ts';
import type { Rng } from '../../util/rng.ts';

/** What the guest and the cluster say about the node this kubelet speaks for. */
export interface NodeConfig {
	name: string;
	/** Address of `eth0`, without a prefix length. */
	address: string;
	podCidr: string;
	role: 'control-plane' | 'worker';
	/** Registers with the control plane's NoSchedule taint. */
	tainted: boolean;
	memoryBytes: number;
	/** `uname -r` */
	kernel: string;
	/** PRETTY_NAME of `/etc/os-release`. */
	osImage: string;
}

/** After pkg/kubelet/apis/config: KubeletConfiguration; the defaults are upstream's. */
export interface KubeletOptions {
	leaseIntervalMs: number;
	leaseDurationSeconds: number;
	/** How often the node's status is computed; it is written when it changed. */
	nodeStatusIntervalMs: number;
	/** How long a shortage counts after it was last seen. */
	pressureTransitionMs: number;
	/** How long an unchanged node status stays unwritten. */
	nodeStatusReportMs: number;
	clusterDns: string;
	clusterDomain: string;
	/** First and longest delay of CrashLoopBackOff and ImagePullBackOff. */
	backoffBaseMs: number;
	backoffMaxMs: number;
	rootDirectory: string;
	maxPods: number;
	kubeletPort: number;
}

export const defaultOptions: KubeletOptions = {
	leaseIntervalMs: 10_000,
	leaseDurationSeconds: 40,
	nodeStatusIntervalMs: 10_000,
	pressureTransitionMs: 300_000,
	nodeStatusReportMs: 300_000,
	clusterDns: '10.96.0.10',
	clusterDomain: 'cluster.local',
	backoffBaseMs: 10_000,
	backoffMaxMs: 300_000,
	rootDirectory: '/var/lib/kubelet',
	maxPods: 110,
	kubeletPort: 10250,
};

export const kubeletVersion = 'v1.33.1';

/** The part of the engine a kubelet drives: images, and what CRI has. */
export type KubeletEngine = Pick<
	Engine,
	| 'attach'
	| 'container'
	| 'createContainer'
	| 'exec'
	| 'hasUnreadOutput'
	| 'image'
	| 'killContainer'
	| 'listContainers'
	| 'listImages'
	| 'listPodSandboxes'
	| 'logs'
	| 'pullImage'
	| 'removeContainer'
	| 'removePodSandbox'
	| 'runPodSandbox'
	| 'startContainer'
	| 'stats'
	| 'stopContainer'
	| 'stopPodSandbox'
	| 'subscribe'
>;

/** What every part of the kubelet is given. */
export interface KubeletDeps {
	client: Client;
	engine: KubeletEngine;
	agent: Agent;
	clock: Clock;
	rng: Rng;
	log: Log;
	node: NodeConfig;
	options: KubeletOptions;
}
