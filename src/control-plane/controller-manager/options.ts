/** Times in milliseconds; the defaults are upstream's flags of kube-controller-manager. */
export interface ControllerOptions {
	/** How often node health is looked at when nothing else happens. */
	nodeMonitorPeriod: number;
	/** A node that has been silent for this long is Unknown. */
	nodeMonitorGracePeriod: number;
	/** As above, for a node that has never posted a status. */
	nodeStartupGracePeriod: number;
	/** Nodes per second that get the NoExecute taint. */
	nodeEvictionRate: number;
	/** How often pods are looked through for ones without a node. */
	podGcPeriod: number;
	/** How long a node must be gone before its pods are collected. */
	podGcQuarantine: number;
	/** Finished pods beyond this number are deleted, oldest first. */
	terminatedPodThreshold: number;
	/** Written to `kube-root-ca.crt` in every namespace. */
	rootCa: string;
	/** Pods a ReplicaSet creates or deletes in one go. */
	burstReplicas: number;
	maxEndpointsPerSlice: number;
	/** Address range that nodes get their podCIDR from (an IPv4 range); none are given out without. */
	clusterCidr: string | undefined;
	/** Prefix length of one node's podCIDR. */
	nodeCidrMaskSize: number;
}

export const defaultOptions: ControllerOptions = {
	nodeMonitorPeriod: 5_000,
	nodeMonitorGracePeriod: 40_000,
	nodeStartupGracePeriod: 60_000,
	nodeEvictionRate: 0.1,
	podGcPeriod: 20_000,
	podGcQuarantine: 40_000,
	terminatedPodThreshold: 12_500,
	rootCa: '',
	burstReplicas: 500,
	maxEndpointsPerSlice: 100,
	clusterCidr: undefined,
	nodeCidrMaskSize: 24,
};
