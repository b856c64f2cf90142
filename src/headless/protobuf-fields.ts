/**
 * Field numbers of the Kubernetes messages that clients send as protobuf: kubectl (1.32 and later) the kinds its imperative
 * `create` makes, components written in Go everything they write. One message a row (continued by indentation), each field as
 * `name:number:type`. Types: s string, i integer, b boolean, y bytes, another message's name (with its group before a slash where two have the same);
 * `[]` repeated, `{}` a map from strings, `*` a pointer in Go (its zero is kept), `^` inlined in JSON.
 * Numbers after k8s.io/api and k8s.io/apimachinery: generated.proto.
 */
const table = `
Pod metadata:1:ObjectMeta spec:2:PodSpec status:3:PodStatus
Deployment metadata:1:ObjectMeta spec:2:DeploymentSpec status:3:DeploymentStatus
ReplicaSet metadata:1:ObjectMeta spec:2:ReplicaSetSpec status:3:ReplicaSetStatus
Service metadata:1:ObjectMeta spec:2:ServiceSpec status:3:ServiceStatus
Node metadata:1:ObjectMeta spec:2:NodeSpec status:3:NodeStatus
Lease metadata:1:ObjectMeta spec:2:LeaseSpec
Endpoints metadata:1:ObjectMeta subsets:2:[]EndpointSubset
EndpointSlice metadata:1:ObjectMeta endpoints:2:[]Endpoint ports:3:[]discovery.k8s.io/EndpointPort
  addressType:4:s
Event metadata:1:ObjectMeta involvedObject:2:ObjectReference reason:3:s message:4:s
  source:5:EventSource firstTimestamp:6:Time lastTimestamp:7:Time count:8:i type:9:s
  eventTime:10:MicroTime series:11:EventSeries action:12:s related:13:ObjectReference
  reportingComponent:14:s reportingInstance:15:s
events.k8s.io/Event metadata:1:ObjectMeta eventTime:2:MicroTime series:3:EventSeries
  reportingController:4:s reportingInstance:5:s action:6:s reason:7:s
  regarding:8:ObjectReference related:9:ObjectReference note:10:s type:11:s
  deprecatedSource:12:EventSource deprecatedFirstTimestamp:13:Time
  deprecatedLastTimestamp:14:Time deprecatedCount:15:i
Binding metadata:1:ObjectMeta target:2:ObjectReference
Eviction metadata:1:ObjectMeta deleteOptions:2:DeleteOptions
Scale metadata:1:ObjectMeta spec:2:ScaleSpec status:3:ScaleStatus
ConfigMap metadata:1:ObjectMeta immutable:4:*b data:2:{}s binaryData:3:{}y
Secret metadata:1:ObjectMeta immutable:5:*b data:2:{}y stringData:4:{}s type:3:s
Namespace metadata:1:ObjectMeta spec:2:NamespaceSpec status:3:NamespaceStatus
ServiceAccount metadata:1:ObjectMeta secrets:2:[]ObjectReference
  imagePullSecrets:3:[]LocalObjectReference automountServiceAccountToken:4:*b
SelfSubjectAccessReview metadata:1:ObjectMeta spec:2:SelfSubjectAccessReviewSpec
SelfSubjectRulesReview metadata:1:ObjectMeta spec:2:SelfSubjectRulesReviewSpec
SelfSubjectReview metadata:1:ObjectMeta
TokenRequest metadata:1:ObjectMeta spec:2:TokenRequestSpec
Job metadata:1:ObjectMeta spec:2:JobSpec
CronJob metadata:1:ObjectMeta spec:2:CronJobSpec
DeleteOptions gracePeriodSeconds:1:*i preconditions:2:Preconditions orphanDependents:3:*b
  propagationPolicy:4:*s dryRun:5:[]s ignoreStoreReadErrorWithClusterBreakingPotential:6:*b
ObjectMeta name:1:s generateName:2:s namespace:3:s uid:5:s resourceVersion:6:s
  generation:7:i creationTimestamp:8:Time deletionTimestamp:9:Time
  deletionGracePeriodSeconds:10:*i labels:11:{}s annotations:12:{}s
  ownerReferences:13:[]OwnerReference finalizers:14:[]s managedFields:17:[]ManagedFieldsEntry
PodSpec volumes:1:[]Volume initContainers:20:[]Container containers:2:[]Container
  restartPolicy:3:s terminationGracePeriodSeconds:4:*i activeDeadlineSeconds:5:*i
  dnsPolicy:6:s nodeSelector:7:{}s serviceAccountName:8:s serviceAccount:9:s
  automountServiceAccountToken:21:*b nodeName:10:s hostNetwork:11:b hostPID:12:b
  hostIPC:13:b shareProcessNamespace:27:*b securityContext:14:PodSecurityContext
  imagePullSecrets:15:[]LocalObjectReference hostname:16:s subdomain:17:s affinity:18:Affinity
  schedulerName:19:s overhead:32:{}Quantity tolerations:22:[]Toleration hostAliases:23:[]HostAlias priorityClassName:24:s
  priority:25:*i dnsConfig:26:PodDNSConfig readinessGates:28:[]PodReadinessGate
  runtimeClassName:29:*s enableServiceLinks:30:*b preemptionPolicy:31:*s
  topologySpreadConstraints:33:[]TopologySpreadConstraint setHostnameAsFQDN:35:*b
  os:36:PodOS hostUsers:37:*b schedulingGates:38:[]PodSchedulingGate
  resources:40:ResourceRequirements hostnameOverride:41:*s
  evictionResponders:44:[]EvictionResponder
DeploymentSpec replicas:1:*i selector:2:LabelSelector template:3:PodTemplateSpec
  strategy:4:DeploymentStrategy minReadySeconds:5:i revisionHistoryLimit:6:*i paused:7:b
  progressDeadlineSeconds:9:*i
ServiceSpec ports:1:[]ServicePort selector:2:{}s clusterIP:3:s clusterIPs:18:[]s type:4:s
  externalIPs:5:[]s sessionAffinity:7:s loadBalancerIP:8:s loadBalancerSourceRanges:9:[]s
  externalName:10:s externalTrafficPolicy:11:s healthCheckNodePort:12:i
  publishNotReadyAddresses:13:b sessionAffinityConfig:14:SessionAffinityConfig
  ipFamilies:19:[]s ipFamilyPolicy:17:*s allocateLoadBalancerNodePorts:20:*b
  loadBalancerClass:21:*s internalTrafficPolicy:22:*s trafficDistribution:23:*s
NamespaceSpec finalizers:1:[]s
ObjectReference kind:1:s namespace:2:s name:3:s uid:4:s apiVersion:5:s resourceVersion:6:s
  fieldPath:7:s
LocalObjectReference name:1:s
SelfSubjectAccessReviewSpec resourceAttributes:1:ResourceAttributes
  nonResourceAttributes:2:NonResourceAttributes
SelfSubjectRulesReviewSpec namespace:1:s
TokenRequestSpec audiences:1:[]s expirationSeconds:4:*i
  boundObjectRef:3:BoundObjectReference attestations:5:{}AttestationValue
JobSpec parallelism:1:*i completions:2:*i activeDeadlineSeconds:3:*i backoffLimit:7:*i
  backoffLimitPerIndex:12:*i maxFailedIndexes:13:*i selector:4:LabelSelector
  manualSelector:5:*b template:6:PodTemplateSpec ttlSecondsAfterFinished:8:*i
  completionMode:9:*s suspend:10:*b podReplacementPolicy:14:*s managedBy:15:*s
  scheduling:17:JobSchedulingConfiguration
CronJobSpec schedule:1:s timeZone:8:*s startingDeadlineSeconds:2:*i concurrencyPolicy:3:s
  suspend:4:*b jobTemplate:5:JobTemplateSpec successfulJobsHistoryLimit:6:*i
  failedJobsHistoryLimit:7:*i
Preconditions uid:1:s
OwnerReference apiVersion:5:s kind:1:s name:3:s uid:4:s controller:6:*b
  blockOwnerDeletion:7:*b
Volume name:1:s volumeSource:2:^VolumeSource
Container name:1:s image:2:s command:3:[]s args:4:[]s workingDir:5:s ports:6:[]ContainerPort
  envFrom:19:[]EnvFromSource env:7:[]EnvVar resources:8:ResourceRequirements
  restartPolicy:24:*s volumeMounts:9:[]VolumeMount volumeDevices:21:[]VolumeDevice
  livenessProbe:10:Probe readinessProbe:11:Probe startupProbe:22:Probe
  lifecycle:12:Lifecycle terminationMessagePath:13:s terminationMessagePolicy:20:s
  imagePullPolicy:14:s securityContext:15:SecurityContext stdin:16:b stdinOnce:17:b tty:18:b
PodSecurityContext seLinuxOptions:1:SELinuxOptions runAsUser:2:*i runAsGroup:6:*i
  runAsNonRoot:3:*b supplementalGroups:4:[]i supplementalGroupsPolicy:12:*s fsGroup:5:*i
  sysctls:7:[]Sysctl fsGroupChangePolicy:9:*s seccompProfile:10:SeccompProfile
  appArmorProfile:11:AppArmorProfile seLinuxChangePolicy:13:*s
Toleration key:1:s operator:2:s value:3:s effect:4:s tolerationSeconds:5:*i
HostAlias ip:1:s hostnames:2:[]s
PodDNSConfig nameservers:1:[]s searches:2:[]s options:3:[]PodDNSConfigOption
PodReadinessGate conditionType:1:s
TopologySpreadConstraint maxSkew:1:i topologyKey:2:s whenUnsatisfiable:3:s
  labelSelector:4:LabelSelector minDomains:5:*i nodeAffinityPolicy:6:*s
  nodeTaintsPolicy:7:*s matchLabelKeys:8:[]s
PodOS name:1:s
PodSchedulingGate name:1:s
ResourceRequirements limits:1:{}Quantity requests:2:{}Quantity claims:3:[]ResourceClaim
EvictionResponder name:1:s priority:2:*i
LabelSelector matchLabels:1:{}s matchExpressions:2:[]LabelSelectorRequirement
PodTemplateSpec metadata:1:ObjectMeta spec:2:PodSpec
DeploymentStrategy type:1:s rollingUpdate:2:RollingUpdateDeployment
ServicePort name:1:s protocol:2:s appProtocol:6:*s port:3:i targetPort:4:IntOrString
  nodePort:5:i
SessionAffinityConfig clientIP:1:ClientIPConfig
ResourceAttributes namespace:1:s verb:2:s group:3:s version:4:s resource:5:s subresource:6:s
  name:7:s fieldSelector:8:FieldSelectorAttributes labelSelector:9:LabelSelectorAttributes
NonResourceAttributes path:1:s verb:2:s
BoundObjectReference kind:1:s apiVersion:2:s name:3:s uID:4:s
AttestationValue items:1:[]s
JobSchedulingConfiguration schedulingPolicy:1:WorkloadPodGroupSchedulingPolicy
  schedulingConstraints:2:WorkloadPodGroupSchedulingConstraints
  disruptionMode:3:WorkloadPodGroupDisruptionMode
JobTemplateSpec metadata:1:ObjectMeta spec:2:JobSpec
VolumeSource hostPath:1:HostPathVolumeSource emptyDir:2:EmptyDirVolumeSource
  secret:6:SecretVolumeSource persistentVolumeClaim:10:PersistentVolumeClaimVolumeSource
  downwardAPI:16:DownwardAPIVolumeSource configMap:19:ConfigMapVolumeSource
  projected:26:ProjectedVolumeSource
ContainerPort name:1:s hostPort:2:i containerPort:3:i protocol:4:s hostIP:5:s
EnvFromSource prefix:1:s configMapRef:2:ConfigMapEnvSource secretRef:3:SecretEnvSource
EnvVar name:1:s value:2:s valueFrom:3:EnvVarSource
VolumeMount name:1:s readOnly:2:b recursiveReadOnly:7:*s mountPath:3:s subPath:4:s
  mountPropagation:5:*s subPathExpr:6:s bindMountOptions:8:[]s
VolumeDevice name:1:s devicePath:2:s
Probe handler:1:^ProbeHandler initialDelaySeconds:2:i timeoutSeconds:3:i periodSeconds:4:i
  successThreshold:5:i failureThreshold:6:i terminationGracePeriodSeconds:7:*i
Lifecycle postStart:1:LifecycleHandler preStop:2:LifecycleHandler stopSignal:3:*s
SecurityContext capabilities:1:Capabilities privileged:2:*b seLinuxOptions:3:SELinuxOptions
  runAsUser:4:*i runAsGroup:8:*i runAsNonRoot:5:*b readOnlyRootFilesystem:6:*b
  allowPrivilegeEscalation:7:*b procMount:9:*s seccompProfile:11:SeccompProfile
  appArmorProfile:12:AppArmorProfile
SELinuxOptions user:1:s role:2:s type:3:s level:4:s
Sysctl name:1:s value:2:s
SeccompProfile type:1:s localhostProfile:2:*s
AppArmorProfile type:1:s localhostProfile:2:*s
PodDNSConfigOption name:1:s value:2:*s
ResourceClaim name:1:s request:2:s
LabelSelectorRequirement key:1:s operator:2:s values:3:[]s
RollingUpdateDeployment maxUnavailable:1:IntOrString maxSurge:2:IntOrString
ClientIPConfig timeoutSeconds:1:*i
FieldSelectorAttributes rawSelector:1:s requirements:2:[]FieldSelectorRequirement
LabelSelectorAttributes rawSelector:1:s requirements:2:[]LabelSelectorRequirement
HostPathVolumeSource path:1:s type:2:*s
EmptyDirVolumeSource medium:1:s sizeLimit:2:Quantity mode:3:*i
SecretVolumeSource secretName:1:s items:2:[]KeyToPath defaultMode:3:*i optional:4:*b
  defaultUser:5:*i
PersistentVolumeClaimVolumeSource claimName:1:s readOnly:2:b
DownwardAPIVolumeSource items:1:[]DownwardAPIVolumeFile defaultMode:2:*i defaultUser:3:*i
ConfigMapVolumeSource localObjectReference:1:^LocalObjectReference items:2:[]KeyToPath
  defaultMode:3:*i optional:4:*b defaultUser:5:*i
ProjectedVolumeSource sources:1:[]VolumeProjection defaultMode:2:*i defaultUser:3:*i
ConfigMapEnvSource localObjectReference:1:^LocalObjectReference optional:2:*b
SecretEnvSource localObjectReference:1:^LocalObjectReference optional:2:*b
EnvVarSource fieldRef:1:ObjectFieldSelector resourceFieldRef:2:ResourceFieldSelector
  configMapKeyRef:3:ConfigMapKeySelector secretKeyRef:4:SecretKeySelector
  fileKeyRef:5:FileKeySelector
ProbeHandler exec:1:ExecAction httpGet:2:HTTPGetAction tcpSocket:3:TCPSocketAction
  grpc:4:GRPCAction
LifecycleHandler exec:1:ExecAction httpGet:2:HTTPGetAction tcpSocket:3:TCPSocketAction
  sleep:4:SleepAction
Capabilities add:1:[]s drop:2:[]s
FieldSelectorRequirement key:1:s operator:2:s values:3:[]s
KeyToPath key:1:s path:2:s mode:3:*i user:4:*i
DownwardAPIVolumeFile path:1:s fieldRef:2:ObjectFieldSelector
  resourceFieldRef:3:ResourceFieldSelector mode:4:*i user:5:*i
VolumeProjection secret:1:SecretProjection downwardAPI:2:DownwardAPIProjection
  configMap:3:ConfigMapProjection serviceAccountToken:4:ServiceAccountTokenProjection
ObjectFieldSelector apiVersion:1:s fieldPath:2:s
ResourceFieldSelector containerName:1:s resource:2:s divisor:3:Quantity
ConfigMapKeySelector localObjectReference:1:^LocalObjectReference key:2:s optional:3:*b
SecretKeySelector localObjectReference:1:^LocalObjectReference key:2:s optional:3:*b
FileKeySelector volumeName:1:s path:2:s key:3:s optional:4:*b
ExecAction command:1:[]s
HTTPGetAction path:1:s port:2:IntOrString host:3:s scheme:4:s httpHeaders:5:[]HTTPHeader
  protocol:6:*s
TCPSocketAction port:1:IntOrString host:2:s
GRPCAction port:1:i service:2:*s mode:3:*s
SleepAction seconds:1:i
SecretProjection localObjectReference:1:^LocalObjectReference items:2:[]KeyToPath
  optional:4:*b
DownwardAPIProjection items:1:[]DownwardAPIVolumeFile
ConfigMapProjection localObjectReference:1:^LocalObjectReference items:2:[]KeyToPath
  optional:4:*b
ServiceAccountTokenProjection audience:1:s expirationSeconds:2:*i path:3:s user:4:*i
HTTPHeader name:1:s value:2:s
ManagedFieldsEntry manager:1:s operation:2:s apiVersion:3:s time:4:Time fieldsType:6:s
  fieldsV1:7:FieldsV1 subresource:8:s
Affinity nodeAffinity:1:NodeAffinity podAffinity:2:PodAffinity podAntiAffinity:3:PodAffinity
NodeAffinity requiredDuringSchedulingIgnoredDuringExecution:1:NodeSelector
  preferredDuringSchedulingIgnoredDuringExecution:2:[]PreferredSchedulingTerm
NodeSelector nodeSelectorTerms:1:[]NodeSelectorTerm
NodeSelectorTerm matchExpressions:1:[]LabelSelectorRequirement
  matchFields:2:[]LabelSelectorRequirement
PreferredSchedulingTerm weight:1:i preference:2:NodeSelectorTerm
PodAffinity requiredDuringSchedulingIgnoredDuringExecution:1:[]PodAffinityTerm
  preferredDuringSchedulingIgnoredDuringExecution:2:[]WeightedPodAffinityTerm
PodAffinityTerm labelSelector:1:LabelSelector namespaces:2:[]s topologyKey:3:s
  namespaceSelector:4:LabelSelector matchLabelKeys:5:[]s mismatchLabelKeys:6:[]s
WeightedPodAffinityTerm weight:1:i podAffinityTerm:2:PodAffinityTerm
PodStatus phase:1:s conditions:2:[]PodCondition message:3:s reason:4:s hostIP:5:s podIP:6:s
  startTime:7:Time containerStatuses:8:[]ContainerStatus qosClass:9:s
  initContainerStatuses:10:[]ContainerStatus nominatedNodeName:11:s podIPs:12:[]PodIP
  ephemeralContainerStatuses:13:[]ContainerStatus resize:14:s hostIPs:16:[]PodIP
  observedGeneration:17:i
PodCondition type:1:s status:2:s lastProbeTime:3:Time lastTransitionTime:4:Time reason:5:s
  message:6:s observedGeneration:7:i
PodIP ip:1:s
ContainerStatus name:1:s state:2:ContainerState lastState:3:ContainerState ready:4:b
  restartCount:5:i image:6:s imageID:7:s containerID:8:s started:9:*b
  allocatedResources:10:{}Quantity resources:11:ResourceRequirements
ContainerState waiting:1:ContainerStateWaiting running:2:ContainerStateRunning
  terminated:3:ContainerStateTerminated
ContainerStateWaiting reason:1:s message:2:s
ContainerStateRunning startedAt:1:Time
ContainerStateTerminated exitCode:1:i signal:2:i reason:3:s message:4:s startedAt:5:Time
  finishedAt:6:Time containerID:7:s
DeploymentStatus observedGeneration:1:i replicas:2:i updatedReplicas:3:i availableReplicas:4:i
  unavailableReplicas:5:i conditions:6:[]DeploymentCondition readyReplicas:7:i
  collisionCount:8:*i terminatingReplicas:9:*i
DeploymentCondition type:1:s status:2:s reason:4:s message:5:s lastUpdateTime:6:Time
  lastTransitionTime:7:Time
ReplicaSetSpec replicas:1:*i selector:2:LabelSelector template:3:PodTemplateSpec
  minReadySeconds:4:i
ReplicaSetStatus replicas:1:i fullyLabeledReplicas:2:i observedGeneration:3:i readyReplicas:4:i
  availableReplicas:5:i conditions:6:[]ReplicaSetCondition terminatingReplicas:7:*i
ReplicaSetCondition type:1:s status:2:s lastTransitionTime:3:Time reason:4:s message:5:s
ScaleSpec replicas:1:i
ScaleStatus replicas:1:i selector:2:s
ServiceStatus loadBalancer:1:LoadBalancerStatus conditions:2:[]Condition
LoadBalancerStatus ingress:1:[]LoadBalancerIngress
LoadBalancerIngress ip:1:s hostname:2:s ipMode:3:*s
Condition type:1:s status:2:s observedGeneration:3:i lastTransitionTime:4:Time reason:5:s
  message:6:s
NamespaceStatus phase:1:s conditions:2:[]NamespaceCondition
NamespaceCondition type:1:s status:2:s lastTransitionTime:4:Time reason:5:s message:6:s
NodeSpec podCIDR:1:s podCIDRs:7:[]s providerID:3:s unschedulable:4:b taints:5:[]Taint
Taint key:1:s value:2:s effect:3:s timeAdded:4:Time
NodeStatus capacity:1:{}Quantity allocatable:2:{}Quantity phase:3:s
  conditions:4:[]NodeCondition addresses:5:[]NodeAddress daemonEndpoints:6:NodeDaemonEndpoints
  nodeInfo:7:NodeSystemInfo images:8:[]ContainerImage volumesInUse:9:[]s
NodeCondition type:1:s status:2:s lastHeartbeatTime:3:Time lastTransitionTime:4:Time reason:5:s
  message:6:s
NodeAddress type:1:s address:2:s
NodeDaemonEndpoints kubeletEndpoint:1:DaemonEndpoint
DaemonEndpoint Port:1:i
NodeSystemInfo machineID:1:s systemUUID:2:s bootID:3:s kernelVersion:4:s osImage:5:s
  containerRuntimeVersion:6:s kubeletVersion:7:s kubeProxyVersion:8:s operatingSystem:9:s
  architecture:10:s
ContainerImage names:1:[]s sizeBytes:2:i
LeaseSpec holderIdentity:1:*s leaseDurationSeconds:2:*i acquireTime:3:MicroTime
  renewTime:4:MicroTime leaseTransitions:5:*i strategy:6:*s preferredHolder:7:*s
EventSource component:1:s host:2:s
EventSeries count:1:i lastObservedTime:2:MicroTime
EndpointSubset addresses:1:[]EndpointAddress notReadyAddresses:2:[]EndpointAddress
  ports:3:[]EndpointPort
EndpointAddress ip:1:s targetRef:2:ObjectReference hostname:3:s nodeName:4:*s
EndpointPort name:1:s port:2:i protocol:3:s appProtocol:4:*s
Endpoint addresses:1:[]s conditions:2:EndpointConditions hostname:3:*s
  targetRef:4:ObjectReference deprecatedTopology:5:{}s nodeName:6:*s zone:7:*s hints:8:EndpointHints
EndpointConditions ready:1:*b serving:2:*b terminating:3:*b
EndpointHints forZones:1:[]ForZone forNodes:2:[]ForZone
ForZone name:1:s
discovery.k8s.io/EndpointPort name:1:*s protocol:2:*s port:3:*i appProtocol:4:*s
`;

export interface Field {
	name: string;
	/** A scalar's letter or a message's name. */
	type: string;
	shape: 'one' | 'list' | 'map';
	/** Absent and zero differ. */
	pointer: boolean;
	inline: boolean;
}

function parseField(text: string): [number, Field] {
	const [name = '', number = '', type = ''] = text.split(':');
	const mark = /^(\[\]|\{\}|\*|\^)?(.*)$/.exec(type);
	const prefix = mark?.[1] ?? '';
	const shape = prefix === '[]' ? 'list' : prefix === '{}' ? 'map' : 'one';
	return [
		Number(number),
		{ name, type: mark?.[2] ?? '', shape, pointer: prefix === '*', inline: prefix === '^' },
	];
}

/** Messages by name, their fields by number. */
export const messages: ReadonlyMap<string, ReadonlyMap<number, Field>> = new Map(
	table
		.trim()
		.replace(/\n\s+/g, ' ')
		.split('\n')
		.map((row) => {
			const [name = '', ...fields] = row.split(' ');
			return [name, new Map(fields.map(parseField))] as const;
		}),
);
