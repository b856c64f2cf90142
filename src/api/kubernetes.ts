/** The Kubernetes objects that Drydock knows, in upstream's JSON form. Optional is what may be absent on the wire. */

export interface OwnerReference {
	apiVersion: string;
	kind: string;
	name: string;
	uid: string;
	controller?: boolean;
	blockOwnerDeletion?: boolean;
}

export interface ObjectMeta {
	name: string;
	generateName?: string;
	namespace?: string;
	uid: string;
	resourceVersion: string;
	generation?: number;
	/** RFC 3339, whole seconds, `Z`. */
	creationTimestamp: string;
	deletionTimestamp?: string;
	deletionGracePeriodSeconds?: number;
	labels?: Record<string, string>;
	annotations?: Record<string, string>;
	ownerReferences?: OwnerReference[];
	finalizers?: string[];
	managedFields?: unknown[];
}

/** Any object of the API. */
export interface KubeObject {
	apiVersion: string;
	kind: string;
	metadata: ObjectMeta;
}

export interface KubeList<T extends KubeObject = KubeObject> {
	apiVersion: string;
	kind: string;
	metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
	items: T[];
}

export interface Status {
	kind: 'Status';
	apiVersion: 'v1';
	metadata: Record<string, unknown>;
	status: 'Success' | 'Failure';
	message?: string;
	reason?: string;
	code?: number;
	details?: {
		name?: string;
		group?: string;
		kind?: string;
		uid?: string;
		causes?: { reason?: string; message?: string; field?: string }[];
		retryAfterSeconds?: number;
	};
}

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

export interface WatchEvent<T = KubeObject> {
	type: WatchEventType;
	object: T;
}

export interface LabelSelector {
	matchLabels?: Record<string, string>;
	matchExpressions?: {
		key: string;
		operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
		values?: string[];
	}[];
}

export type IntOrString = number | string;

export interface Condition {
	type: string;
	status: 'True' | 'False' | 'Unknown';
	reason?: string;
	message?: string;
	lastTransitionTime?: string | null;
	lastUpdateTime?: string;
	lastProbeTime?: string | null;
	lastHeartbeatTime?: string;
	observedGeneration?: number;
}

export interface KeySelector {
	name: string;
	key: string;
	optional?: boolean;
}

export interface EnvVar {
	name: string;
	value?: string;
	valueFrom?: {
		configMapKeyRef?: KeySelector;
		secretKeyRef?: KeySelector;
		fieldRef?: { apiVersion?: string; fieldPath: string };
		resourceFieldRef?: { containerName?: string; resource: string; divisor?: string };
	};
}

export interface EnvFromSource {
	prefix?: string;
	configMapRef?: { name: string; optional?: boolean };
	secretRef?: { name: string; optional?: boolean };
}

export interface ContainerPort {
	name?: string;
	containerPort: number;
	hostPort?: number;
	hostIP?: string;
	protocol?: 'TCP' | 'UDP' | 'SCTP';
}

export interface HttpGetAction {
	path?: string;
	port: IntOrString;
	host?: string;
	scheme?: 'HTTP' | 'HTTPS';
	httpHeaders?: { name: string; value: string }[];
}

export interface ProbeHandler {
	exec?: { command?: string[] };
	httpGet?: HttpGetAction;
	tcpSocket?: { port: IntOrString; host?: string };
	grpc?: { port: number; service?: string };
}

export interface Probe extends ProbeHandler {
	initialDelaySeconds?: number;
	timeoutSeconds?: number;
	periodSeconds?: number;
	successThreshold?: number;
	failureThreshold?: number;
	terminationGracePeriodSeconds?: number;
}

export interface ResourceRequirements {
	limits?: Record<string, string>;
	requests?: Record<string, string>;
}

export interface SecurityContext {
	privileged?: boolean;
	runAsUser?: number;
	runAsGroup?: number;
	runAsNonRoot?: boolean;
	readOnlyRootFilesystem?: boolean;
	allowPrivilegeEscalation?: boolean;
	capabilities?: { add?: string[]; drop?: string[] };
}

export interface VolumeMount {
	name: string;
	mountPath: string;
	subPath?: string;
	readOnly?: boolean;
}

export interface Container {
	name: string;
	image?: string;
	command?: string[];
	args?: string[];
	workingDir?: string;
	ports?: ContainerPort[];
	env?: EnvVar[];
	envFrom?: EnvFromSource[];
	resources?: ResourceRequirements;
	volumeMounts?: VolumeMount[];
	livenessProbe?: Probe;
	readinessProbe?: Probe;
	startupProbe?: Probe;
	lifecycle?: {
		postStart?: ProbeHandler;
		preStop?: ProbeHandler & { sleep?: { seconds: number } };
	};
	imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
	terminationMessagePath?: string;
	terminationMessagePolicy?: string;
	securityContext?: SecurityContext;
	restartPolicy?: 'Always';
	stdin?: boolean;
	stdinOnce?: boolean;
	tty?: boolean;
}

export interface KeyToPath {
	key: string;
	path: string;
	mode?: number;
}

export interface Volume {
	name: string;
	emptyDir?: { medium?: string; sizeLimit?: string };
	hostPath?: { path: string; type?: string };
	configMap?: { name: string; items?: KeyToPath[]; defaultMode?: number; optional?: boolean };
	secret?: { secretName: string; items?: KeyToPath[]; defaultMode?: number; optional?: boolean };
	downwardAPI?: {
		items?: { path: string; fieldRef?: { apiVersion?: string; fieldPath: string } }[];
		defaultMode?: number;
	};
	projected?: { sources?: unknown[]; defaultMode?: number };
	persistentVolumeClaim?: { claimName: string; readOnly?: boolean };
}

export interface Toleration {
	key?: string;
	operator?: 'Exists' | 'Equal';
	value?: string;
	effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute' | '';
	tolerationSeconds?: number;
}

export interface NodeSelectorTerm {
	matchExpressions?: { key: string; operator: string; values?: string[] }[];
	matchFields?: { key: string; operator: string; values?: string[] }[];
}

export interface PodAffinityTerm {
	labelSelector?: LabelSelector;
	topologyKey: string;
	namespaces?: string[];
}

export interface Affinity {
	nodeAffinity?: {
		requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms: NodeSelectorTerm[] };
		preferredDuringSchedulingIgnoredDuringExecution?: {
			weight: number;
			preference: NodeSelectorTerm;
		}[];
	};
	podAffinity?: {
		requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[];
		preferredDuringSchedulingIgnoredDuringExecution?: {
			weight: number;
			podAffinityTerm: PodAffinityTerm;
		}[];
	};
	podAntiAffinity?: {
		requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[];
		preferredDuringSchedulingIgnoredDuringExecution?: {
			weight: number;
			podAffinityTerm: PodAffinityTerm;
		}[];
	};
}

export interface TopologySpreadConstraint {
	maxSkew: number;
	topologyKey: string;
	whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway';
	labelSelector?: LabelSelector;
}

export interface PodSpec {
	containers: Container[];
	initContainers?: Container[];
	ephemeralContainers?: Container[];
	volumes?: Volume[];
	restartPolicy?: 'Always' | 'OnFailure' | 'Never';
	terminationGracePeriodSeconds?: number;
	activeDeadlineSeconds?: number;
	dnsPolicy?: 'ClusterFirst' | 'ClusterFirstWithHostNet' | 'Default' | 'None';
	dnsConfig?: {
		nameservers?: string[];
		searches?: string[];
		options?: { name: string; value?: string }[];
	};
	nodeSelector?: Record<string, string>;
	serviceAccountName?: string;
	serviceAccount?: string;
	automountServiceAccountToken?: boolean;
	nodeName?: string;
	hostNetwork?: boolean;
	hostPID?: boolean;
	hostIPC?: boolean;
	shareProcessNamespace?: boolean;
	securityContext?: {
		runAsUser?: number;
		runAsGroup?: number;
		fsGroup?: number;
		fsGroupChangePolicy?: 'Always' | 'OnRootMismatch';
		supplementalGroups?: number[];
		runAsNonRoot?: boolean;
		sysctls?: { name: string; value: string }[];
	};
	hostname?: string;
	subdomain?: string;
	hostAliases?: { ip: string; hostnames?: string[] }[];
	affinity?: Affinity;
	schedulerName?: string;
	tolerations?: Toleration[];
	priorityClassName?: string;
	priority?: number;
	readinessGates?: { conditionType: string }[];
	enableServiceLinks?: boolean;
	preemptionPolicy?: string;
	topologySpreadConstraints?: TopologySpreadConstraint[];
	imagePullSecrets?: { name: string }[];
}

export interface ContainerStateTerminated {
	exitCode: number;
	signal?: number;
	reason?: string;
	message?: string;
	startedAt?: string | null;
	finishedAt?: string | null;
	containerID?: string;
}

export interface ContainerState {
	waiting?: { reason?: string; message?: string };
	running?: { startedAt: string };
	terminated?: ContainerStateTerminated;
}

export interface ContainerStatus {
	name: string;
	state: ContainerState;
	lastState: ContainerState;
	ready: boolean;
	restartCount: number;
	image: string;
	imageID: string;
	containerID?: string;
	started?: boolean;
}

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';

export interface PodStatus {
	phase?: PodPhase;
	conditions?: Condition[];
	message?: string;
	reason?: string;
	nominatedNodeName?: string;
	hostIP?: string;
	hostIPs?: { ip: string }[];
	podIP?: string;
	podIPs?: { ip: string }[];
	startTime?: string;
	initContainerStatuses?: ContainerStatus[];
	containerStatuses?: ContainerStatus[];
	ephemeralContainerStatuses?: ContainerStatus[];
	qosClass?: 'Guaranteed' | 'Burstable' | 'BestEffort';
	observedGeneration?: number;
}

export interface Pod extends KubeObject {
	spec: PodSpec;
	status: PodStatus;
}

export interface PodTemplateSpec {
	metadata?: Partial<ObjectMeta>;
	spec: PodSpec;
}

export interface ReplicaSet extends KubeObject {
	spec: {
		replicas?: number;
		minReadySeconds?: number;
		selector: LabelSelector;
		template: PodTemplateSpec;
	};
	status: {
		replicas: number;
		fullyLabeledReplicas?: number;
		readyReplicas?: number;
		availableReplicas?: number;
		observedGeneration?: number;
		conditions?: Condition[];
	};
}

export interface Deployment extends KubeObject {
	spec: {
		replicas?: number;
		selector: LabelSelector;
		template: PodTemplateSpec;
		strategy?: {
			type?: 'RollingUpdate' | 'Recreate';
			rollingUpdate?: { maxUnavailable?: IntOrString; maxSurge?: IntOrString };
		};
		minReadySeconds?: number;
		revisionHistoryLimit?: number;
		paused?: boolean;
		progressDeadlineSeconds?: number;
	};
	status: {
		observedGeneration?: number;
		replicas?: number;
		updatedReplicas?: number;
		readyReplicas?: number;
		availableReplicas?: number;
		unavailableReplicas?: number;
		collisionCount?: number;
		conditions?: Condition[];
	};
}

export interface ServicePort {
	name?: string;
	protocol?: 'TCP' | 'UDP' | 'SCTP';
	appProtocol?: string;
	port: number;
	targetPort?: IntOrString;
	nodePort?: number;
}

export interface Service extends KubeObject {
	spec: {
		type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
		ports?: ServicePort[];
		selector?: Record<string, string>;
		clusterIP?: string;
		clusterIPs?: string[];
		externalIPs?: string[];
		externalName?: string;
		sessionAffinity?: 'None' | 'ClientIP';
		sessionAffinityConfig?: { clientIP?: { timeoutSeconds?: number } };
		externalTrafficPolicy?: 'Cluster' | 'Local';
		internalTrafficPolicy?: 'Cluster' | 'Local';
		ipFamilies?: string[];
		ipFamilyPolicy?: string;
		publishNotReadyAddresses?: boolean;
		allocateLoadBalancerNodePorts?: boolean;
	};
	status: { loadBalancer: { ingress?: { ip?: string; hostname?: string }[] } };
}

export interface EndpointPort {
	name?: string;
	port?: number;
	protocol?: 'TCP' | 'UDP' | 'SCTP';
	appProtocol?: string;
}

export interface ObjectReference {
	kind?: string;
	namespace?: string;
	name?: string;
	uid?: string;
	apiVersion?: string;
	resourceVersion?: string;
	fieldPath?: string;
}

export interface Endpoint {
	addresses: string[];
	conditions?: { ready?: boolean; serving?: boolean; terminating?: boolean };
	hostname?: string;
	targetRef?: ObjectReference;
	nodeName?: string;
	zone?: string;
}

export interface EndpointSlice extends KubeObject {
	addressType: 'IPv4' | 'IPv6' | 'FQDN';
	endpoints: Endpoint[] | null;
	ports: EndpointPort[] | null;
}

export interface EndpointAddress {
	ip: string;
	hostname?: string;
	nodeName?: string;
	targetRef?: ObjectReference;
}

export interface Endpoints extends KubeObject {
	subsets?: {
		addresses?: EndpointAddress[];
		notReadyAddresses?: EndpointAddress[];
		ports?: EndpointPort[];
	}[];
}

export interface Taint {
	key: string;
	value?: string;
	effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
	timeAdded?: string;
}

export interface Node extends KubeObject {
	spec: {
		podCIDR?: string;
		podCIDRs?: string[];
		providerID?: string;
		unschedulable?: boolean;
		taints?: Taint[];
	};
	status: {
		capacity?: Record<string, string>;
		allocatable?: Record<string, string>;
		conditions?: Condition[];
		addresses?: { type: string; address: string }[];
		daemonEndpoints?: { kubeletEndpoint?: { Port: number } };
		nodeInfo?: Record<string, string>;
		images?: { names: string[]; sizeBytes: number }[];
	};
}

export interface Namespace extends KubeObject {
	spec: { finalizers?: string[] };
	status: { phase?: 'Active' | 'Terminating'; conditions?: Condition[] };
}

export interface ConfigMap extends KubeObject {
	data?: Record<string, string>;
	binaryData?: Record<string, string>;
	immutable?: boolean;
}

export interface Secret extends KubeObject {
	type?: string;
	/** base64 */
	data?: Record<string, string>;
	immutable?: boolean;
}

export interface ServiceAccount extends KubeObject {
	secrets?: ObjectReference[];
	imagePullSecrets?: { name: string }[];
	automountServiceAccountToken?: boolean;
}

export interface Event extends KubeObject {
	involvedObject: ObjectReference;
	reason?: string;
	message?: string;
	source?: { component?: string; host?: string };
	firstTimestamp?: string | null;
	lastTimestamp?: string | null;
	eventTime?: string | null;
	count?: number;
	type?: 'Normal' | 'Warning';
	action?: string;
	reportingComponent?: string;
	reportingInstance?: string;
	series?: { count: number; lastObservedTime: string };
}

export interface Lease extends KubeObject {
	spec: {
		holderIdentity?: string;
		leaseDurationSeconds?: number;
		acquireTime?: string;
		renewTime?: string;
		leaseTransitions?: number;
	};
}
