import type { TypeSource } from './schema.ts';

const head = {
	apiVersion: 'string - Version of the schema of this object.',
	kind: 'string - Kind of this object.',
	metadata: 'ObjectMeta! - Name, labels and owners.',
};

/** Kinds of discovery.k8s.io, coordination.k8s.io and events.k8s.io. */
export const networkTypes: Record<string, TypeSource> = {
	EndpointSlice: {
		package: 'discovery/v1',
		description: 'A part of the addresses behind a Service.',
		fields: {
			...head,
			addressType: 'string! - IPv4, IPv6 or FQDN.',
			endpoints: '[]Endpoint! atomic - The addresses.',
			ports: '[]EndpointPort! atomic - The ports every address has.',
		},
	},
	Endpoint: {
		package: 'discovery/v1',
		fields: {
			addresses: '[]string! set',
			conditions: 'EndpointConditions!',
			hostname: 'string?',
			targetRef: 'ObjectReference?',
			deprecatedTopology: 'map[string]',
			nodeName: 'string?',
			zone: 'string?',
			hints: 'EndpointHints?',
		},
	},
	EndpointConditions: {
		package: 'discovery/v1',
		fields: {
			ready: 'bool? - Whether new connections may go there.',
			serving: 'bool? - Whether it answers, even while ending.',
			terminating: 'bool? - Whether it is ending.',
		},
	},
	EndpointHints: {
		package: 'discovery/v1',
		fields: { forZones: '[]ForZone atomic', forNodes: '[]ForZone atomic' },
	},
	ForZone: { package: 'discovery/v1', fields: { name: 'string!' } },
	EndpointPort: {
		package: 'discovery/v1',
		atomic: true,
		fields: { name: 'string?', protocol: 'string?', port: 'int32?', appProtocol: 'string?' },
	},
	Lease: {
		package: 'coordination/v1',
		description: 'A sign of life: whoever holds it renews it in time.',
		fields: { ...head, spec: 'LeaseSpec!' },
	},
	LeaseSpec: {
		package: 'coordination/v1',
		fields: {
			holderIdentity: 'string?',
			leaseDurationSeconds: 'int32?',
			acquireTime: 'MicroTime',
			renewTime: 'MicroTime',
			leaseTransitions: 'int32?',
			strategy: 'string?',
			preferredHolder: 'string?',
		},
	},
	'events/Event': {
		package: 'events/v1',
		kind: 'Event',
		description: 'A report of something that happened to an object.',
		fields: {
			...head,
			eventTime: 'MicroTime',
			series: 'events/EventSeries?',
			reportingController: 'string',
			reportingInstance: 'string',
			action: 'string',
			reason: 'string',
			regarding: 'ObjectReference',
			related: 'ObjectReference?',
			note: 'string',
			type: 'string',
			deprecatedSource: 'EventSource',
			deprecatedFirstTimestamp: 'Time',
			deprecatedLastTimestamp: 'Time',
			deprecatedCount: 'int32',
		},
	},
	'events/EventSeries': {
		package: 'events/v1',
		kind: 'EventSeries',
		fields: { count: 'int32!', lastObservedTime: 'MicroTime!' },
	},
};
