import type { TypeSource } from './schema.ts';

const core = 'core/v1';
const head = {
	apiVersion: 'string - Version of the schema of this object.',
	kind: 'string - Kind of this object.',
	metadata: 'ObjectMeta! - Name, labels and owners.',
};

/** Kinds of the core group other than Pod and Node. */
export const coreTypes: Record<string, TypeSource> = {
	Namespace: {
		package: core,
		description: 'A room for names: most objects live in one, and go with it.',
		fields: { ...head, spec: 'NamespaceSpec!', status: 'NamespaceStatus!' },
	},
	NamespaceSpec: { package: core, fields: { finalizers: '[]string atomic' } },
	NamespaceStatus: {
		package: core,
		fields: { phase: 'string', conditions: '[]NamespaceCondition merge=type' },
	},
	NamespaceCondition: {
		package: core,
		fields: {
			type: 'string!',
			status: 'string!',
			lastTransitionTime: 'Time',
			reason: 'string',
			message: 'string',
		},
	},
	ConfigMap: {
		package: core,
		description: 'Settings as keys and values, for pods to read as files or variables.',
		fields: {
			...head,
			immutable: 'bool? - Whether data can no longer be changed.',
			data: 'map[string] - Keys with text.',
			binaryData: 'map[bytes] - Keys with bytes, in base64.',
		},
	},
	Secret: {
		package: core,
		description:
			'Like a ConfigMap, for what not everybody may read. The values are encoded, not encrypted.',
		fields: {
			...head,
			immutable: 'bool? - Whether data can no longer be changed.',
			data: 'map[bytes] - Keys with values in base64.',
			stringData: 'map[string] - Values as plain text; the server moves them into data.',
			type: 'string - What the keys are for.',
		},
	},
	ServiceAccount: {
		package: core,
		description: 'An identity for processes in pods.',
		fields: {
			...head,
			secrets: '[]ObjectReference merge=name',
			imagePullSecrets: '[]LocalObjectReference atomic',
			automountServiceAccountToken: 'bool?',
		},
	},
	ObjectReference: {
		package: core,
		atomic: true,
		description: 'Points at an object, or at a part of it.',
		fields: {
			kind: 'string',
			namespace: 'string',
			name: 'string',
			uid: 'string',
			apiVersion: 'string',
			resourceVersion: 'string',
			fieldPath: 'string',
		},
	},
	Event: {
		package: core,
		description: 'A report of something that happened to an object.',
		fields: {
			...head,
			involvedObject: 'ObjectReference! - The object it is about.',
			reason: 'string - One word for the cause.',
			message: 'string - A sentence for people.',
			source: 'EventSource! - Who reports.',
			firstTimestamp: 'Time',
			lastTimestamp: 'Time',
			count: 'int32 - How often it happened.',
			type: 'string - Normal or Warning.',
			eventTime: 'MicroTime',
			series: 'EventSeries?',
			action: 'string',
			related: 'ObjectReference?',
			reportingComponent: 'string!',
			reportingInstance: 'string!',
		},
	},
	EventSource: { package: core, fields: { component: 'string', host: 'string' } },
	EventSeries: { package: core, fields: { count: 'int32', lastObservedTime: 'MicroTime' } },
	Endpoints: {
		package: core,
		description: 'The addresses behind a Service in one object; EndpointSlices have taken over.',
		fields: { ...head, subsets: '[]EndpointSubset atomic' },
	},
	EndpointSubset: {
		package: core,
		fields: {
			addresses: '[]EndpointAddress atomic',
			notReadyAddresses: '[]EndpointAddress atomic',
			ports: '[]EndpointsPort atomic',
		},
	},
	EndpointAddress: {
		package: core,
		atomic: true,
		fields: {
			ip: 'string!',
			hostname: 'string',
			nodeName: 'string?',
			targetRef: 'ObjectReference?',
		},
	},
	EndpointsPort: {
		package: core,
		kind: 'EndpointPort',
		atomic: true,
		fields: { name: 'string', port: 'int32!', protocol: 'string', appProtocol: 'string?' },
	},
	Binding: {
		package: core,
		description: 'Ties a pod to a node; posted by the scheduler.',
		fields: { ...head, target: 'ObjectReference!' },
	},
	ReplicationController: {
		package: core,
		description: 'The forerunner of ReplicaSet.',
		fields: { ...head, spec: 'ReplicationControllerSpec!', status: 'any' },
	},
	ReplicationControllerSpec: {
		package: core,
		fields: {
			replicas: 'int32?',
			minReadySeconds: 'int32',
			selector: 'map[string] atomic',
			template: 'PodTemplateSpec?',
		},
	},
	Service: {
		package: core,
		description: 'One stable address and name for a changing set of pods.',
		fields: { ...head, spec: 'ServiceSpec!', status: 'ServiceStatus!' },
	},
	ServiceSpec: {
		package: core,
		description: 'What traffic a Service takes and where it leads.',
		fields: {
			ports: '[]ServicePort merge=port key=port,protocol - Ports of the Service.',
			selector: 'map[string] atomic - Labels of the pods traffic goes to.',
			clusterIP:
				'string - Virtual address; chosen by the server when empty, None for a headless Service.',
			clusterIPs: '[]string atomic',
			type: 'string - ClusterIP, NodePort, LoadBalancer or ExternalName.',
			externalIPs: '[]string atomic',
			sessionAffinity: 'string - ClientIP keeps a client with its pod; None does not.',
			loadBalancerIP: 'string',
			loadBalancerSourceRanges: '[]string atomic',
			externalName: 'string - DNS name that an ExternalName Service stands for.',
			externalTrafficPolicy: 'string',
			healthCheckNodePort: 'int32',
			publishNotReadyAddresses: 'bool',
			sessionAffinityConfig: 'SessionAffinityConfig?',
			ipFamilies: '[]string atomic',
			ipFamilyPolicy: 'string?',
			allocateLoadBalancerNodePorts: 'bool?',
			loadBalancerClass: 'string?',
			internalTrafficPolicy: 'string?',
			trafficDistribution: 'string?',
		},
	},
	ServicePort: {
		package: core,
		fields: {
			name: 'string - Name of the port; needed when there are several.',
			protocol: 'string - TCP, UDP or SCTP.',
			appProtocol: 'string?',
			port: 'int32! - Port of the Service.',
			targetPort:
				'IntOrString - Number or name of the port of the pods; the same as port when absent.',
			nodePort: 'int32 - Port of every node that leads here.',
		},
	},
	SessionAffinityConfig: { package: core, fields: { clientIP: 'ClientIPConfig?' } },
	ClientIPConfig: { package: core, fields: { timeoutSeconds: 'int32?' } },
	ServiceStatus: {
		package: core,
		fields: { loadBalancer: 'LoadBalancerStatus!', conditions: '[]Condition merge=type' },
	},
	LoadBalancerStatus: { package: core, fields: { ingress: '[]LoadBalancerIngress atomic' } },
	LoadBalancerIngress: {
		package: core,
		fields: {
			ip: 'string',
			hostname: 'string',
			ipMode: 'string?',
			ports: '[]PortStatus atomic',
		},
	},
	PortStatus: { package: core, fields: { port: 'int32!', protocol: 'string!', error: 'string?' } },
};
