import type { TypeSource } from './schema.ts';

const core = 'core/v1';

/** Where a pod may and should go. */
export const affinityTypes: Record<string, TypeSource> = {
	Toleration: {
		package: core,
		description: 'Lets a pod be where a taint would keep it away.',
		fields: {
			key: 'string - Key of the taint; empty with Exists matches every key.',
			operator: 'string - Exists or Equal.',
			value: 'string - Value of the taint.',
			effect: 'string - NoSchedule, PreferNoSchedule or NoExecute; empty matches all.',
			tolerationSeconds: 'int64? - How long NoExecute is endured.',
		},
	},
	Affinity: {
		package: core,
		fields: {
			nodeAffinity: 'NodeAffinity?',
			podAffinity: 'PodAffinity?',
			podAntiAffinity: 'PodAntiAffinity?',
		},
	},
	NodeAffinity: {
		package: core,
		fields: {
			requiredDuringSchedulingIgnoredDuringExecution: 'NodeSelector?',
			preferredDuringSchedulingIgnoredDuringExecution: '[]PreferredSchedulingTerm atomic',
		},
	},
	NodeSelector: {
		package: core,
		atomic: true,
		fields: { nodeSelectorTerms: '[]NodeSelectorTerm! atomic' },
	},
	NodeSelectorTerm: {
		package: core,
		atomic: true,
		fields: {
			matchExpressions: '[]NodeSelectorRequirement atomic',
			matchFields: '[]NodeSelectorRequirement atomic',
		},
	},
	NodeSelectorRequirement: {
		package: core,
		fields: { key: 'string!', operator: 'string!', values: '[]string atomic' },
	},
	PreferredSchedulingTerm: {
		package: core,
		fields: { weight: 'int32!', preference: 'NodeSelectorTerm!' },
	},
	PodAffinity: {
		package: core,
		fields: {
			requiredDuringSchedulingIgnoredDuringExecution: '[]PodAffinityTerm atomic',
			preferredDuringSchedulingIgnoredDuringExecution: '[]WeightedPodAffinityTerm atomic',
		},
	},
	PodAntiAffinity: {
		package: core,
		fields: {
			requiredDuringSchedulingIgnoredDuringExecution: '[]PodAffinityTerm atomic',
			preferredDuringSchedulingIgnoredDuringExecution: '[]WeightedPodAffinityTerm atomic',
		},
	},
	WeightedPodAffinityTerm: {
		package: core,
		fields: { weight: 'int32!', podAffinityTerm: 'PodAffinityTerm!' },
	},
	PodAffinityTerm: {
		package: core,
		fields: {
			labelSelector: 'LabelSelector?',
			namespaces: '[]string atomic',
			topologyKey: 'string!',
			namespaceSelector: 'LabelSelector?',
			matchLabelKeys: '[]string atomic',
			mismatchLabelKeys: '[]string atomic',
		},
	},
	TopologySpreadConstraint: {
		package: core,
		fields: {
			maxSkew: 'int32!',
			topologyKey: 'string!',
			whenUnsatisfiable: 'string!',
			labelSelector: 'LabelSelector?',
			minDomains: 'int32?',
			nodeAffinityPolicy: 'string?',
			nodeTaintsPolicy: 'string?',
			matchLabelKeys: '[]string atomic',
		},
	},
};
