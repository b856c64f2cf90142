/**
 * Field numbers of the Kubernetes messages that kubectl (1.32 and later) sends as protobuf: the kinds its
 * imperative `create` makes. One message a row (continued by indentation), each field as
 * `name:number:type`. Types: s string, i integer, b boolean, y bytes, another message's name;
 * `[]` repeated, `{}` a map from strings, `*` a pointer in Go (its zero is kept), `^` inlined in JSON.
 * Numbers after k8s.io/api and k8s.io/apimachinery: generated.proto.
 */
const table = `
Pod metadata:1:ObjectMeta spec:2:PodSpec
Deployment metadata:1:ObjectMeta spec:2:DeploymentSpec
Service metadata:1:ObjectMeta spec:2:ServiceSpec
ConfigMap metadata:1:ObjectMeta immutable:4:*b data:2:{}s binaryData:3:{}y
Secret metadata:1:ObjectMeta immutable:5:*b data:2:{}y stringData:4:{}s type:3:s
Namespace metadata:1:ObjectMeta spec:2:NamespaceSpec
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
  ownerReferences:13:[]OwnerReference finalizers:14:[]s
PodSpec volumes:1:[]Volume initContainers:20:[]Container containers:2:[]Container
  restartPolicy:3:s terminationGracePeriodSeconds:4:*i activeDeadlineSeconds:5:*i
  dnsPolicy:6:s nodeSelector:7:{}s serviceAccountName:8:s serviceAccount:9:s
  automountServiceAccountToken:21:*b nodeName:10:s hostNetwork:11:b hostPID:12:b
  hostIPC:13:b shareProcessNamespace:27:*b securityContext:14:PodSecurityContext
  imagePullSecrets:15:[]LocalObjectReference hostname:16:s subdomain:17:s schedulerName:19:s
  tolerations:22:[]Toleration hostAliases:23:[]HostAlias priorityClassName:24:s
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
