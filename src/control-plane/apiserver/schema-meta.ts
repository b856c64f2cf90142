import type { TypeSource } from './schema.ts';

const meta = 'meta/v1';

/** Types every kind shares. */
export const metaTypes: Record<string, TypeSource> = {
	ObjectMeta: {
		package: meta,
		description: 'What every stored object says of itself: its name, identity, labels and owners.',
		fields: {
			name: 'string - Name of the object, unique within its namespace and kind. It cannot be changed.',
			generateName: 'string - Prefix from which the server makes a unique name when name is empty.',
			namespace: 'string - Namespace the object lives in. It cannot be changed.',
			selfLink: 'string - No longer filled in.',
			uid: 'string - Identity in time and space, set by the server: an object of the same name made later has another one.',
			resourceVersion:
				'string - Version of the object as stored. Send it back with an update to be told of changes made in between.',
			generation: 'int64 - Counts the changes of the desired state.',
			creationTimestamp: 'Time - When the server stored the object first.',
			deletionTimestamp:
				'Time - When the object is going to be gone; set by the server when deletion was asked for.',
			deletionGracePeriodSeconds: 'int64? - Seconds the object has to end by itself.',
			labels: 'map[string] - Keys and values by which selectors find the object.',
			annotations: 'map[string] - Keys and values for tools; nothing selects on them.',
			ownerReferences:
				'[]OwnerReference merge=uid - Objects this one depends on; when all are gone it is collected.',
			finalizers: '[]string set - Names that have to be removed before a deleted object goes away.',
			managedFields: '[]ManagedFieldsEntry atomic - Who set which field, kept by the server.',
		},
	},
	OwnerReference: {
		package: meta,
		atomic: true,
		description: 'Names an object that owns this one, in the same namespace or cluster-wide.',
		fields: {
			apiVersion: 'string! - API version of the owner.',
			kind: 'string! - Kind of the owner.',
			name: 'string! - Name of the owner.',
			uid: 'string! - UID of the owner.',
			controller: 'bool? - Whether the owner is the managing controller.',
			blockOwnerDeletion:
				'bool? - Whether a foreground deletion of the owner waits for this object.',
		},
	},
	ManagedFieldsEntry: {
		package: meta,
		description: 'The fields one manager has set, with how and when.',
		fields: {
			manager: 'string - Name of the manager.',
			operation: 'string - Apply or Update.',
			apiVersion: 'string - Version of the object the fields are named in.',
			time: 'Time - When the entry changed last.',
			fieldsType: 'string - Always FieldsV1.',
			fieldsV1: 'FieldsV1 - The set of fields.',
			subresource: 'string - Subresource the fields were written through.',
		},
	},
	LabelSelector: {
		package: meta,
		atomic: true,
		description:
			'A query over labels. All requirements must hold; an empty selector matches everything.',
		fields: {
			matchLabels: 'map[string] - Labels that must be present with these values.',
			matchExpressions: '[]LabelSelectorRequirement atomic - Further requirements.',
		},
	},
	LabelSelectorRequirement: {
		package: meta,
		description: 'One requirement on a label.',
		fields: {
			key: 'string! - Label key.',
			operator: 'string! - In, NotIn, Exists or DoesNotExist.',
			values: '[]string atomic - Values for In and NotIn.',
		},
	},
	ListMeta: {
		package: meta,
		description: 'What a list says of itself.',
		fields: {
			selfLink: 'string',
			resourceVersion: 'string - Version of the store the list was read at.',
			continue: 'string - Token for the next page.',
			remainingItemCount: 'int64? - Objects after this page, when known.',
		},
	},
	Condition: {
		package: meta,
		description: 'One aspect of the current state.',
		fields: {
			type: 'string!',
			status: 'string!',
			observedGeneration: 'int64',
			lastTransitionTime: 'Time!',
			reason: 'string!',
			message: 'string!',
		},
	},
};
