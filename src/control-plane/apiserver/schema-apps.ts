import type { TypeSource } from './schema.ts';

const apps = 'apps/v1';
const batch = 'batch/v1';
const head = {
	apiVersion: 'string - Version of the schema of this object.',
	kind: 'string - Kind of this object.',
	metadata: 'ObjectMeta! - Name, labels and owners.',
};
const condition = {
	type: 'string!',
	status: 'string!',
	lastUpdateTime: 'Time',
	lastTransitionTime: 'Time',
	reason: 'string',
	message: 'string',
};

/** Workloads. */
export const appsTypes: Record<string, TypeSource> = {
	Deployment: {
		package: apps,
		description:
			'Keeps a number of equal pods running and replaces them step by step when their template changes.',
		fields: { ...head, spec: 'DeploymentSpec!', status: 'DeploymentStatus!' },
	},
	DeploymentSpec: {
		package: apps,
		fields: {
			replicas: 'int32? - Number of pods wanted; 1 when absent.',
			selector: 'LabelSelector! - Which pods belong to the Deployment. It cannot be changed.',
			template: 'PodTemplateSpec! - What the pods are made from.',
			strategy: 'DeploymentStrategy! retainKeys - How old pods give way to new ones.',
			minReadySeconds: 'int32 - Seconds a pod must be ready to count as available.',
			revisionHistoryLimit: 'int32? - Old ReplicaSets to keep for a rollback.',
			paused: 'bool - Whether changes of the template wait.',
			progressDeadlineSeconds:
				'int32? - Seconds without progress after which the rollout has failed.',
		},
	},
	DeploymentStrategy: {
		package: apps,
		fields: {
			type: 'string - RollingUpdate or Recreate.',
			rollingUpdate: 'RollingUpdateDeployment?',
		},
	},
	RollingUpdateDeployment: {
		package: apps,
		fields: {
			maxUnavailable: 'IntOrString - How many pods may be missing, as a number or a percentage.',
			maxSurge: 'IntOrString - How many pods may be too many, as a number or a percentage.',
		},
	},
	DeploymentStatus: {
		package: apps,
		fields: {
			observedGeneration: 'int64',
			replicas: 'int32',
			updatedReplicas: 'int32',
			readyReplicas: 'int32',
			availableReplicas: 'int32',
			unavailableReplicas: 'int32',
			terminatingReplicas: 'int32?',
			conditions: '[]DeploymentCondition merge=type',
			collisionCount: 'int32?',
		},
	},
	DeploymentCondition: { package: apps, fields: condition },
	ReplicaSet: {
		package: apps,
		description: 'Keeps a number of equal pods running.',
		fields: { ...head, spec: 'ReplicaSetSpec!', status: 'ReplicaSetStatus!' },
	},
	ReplicaSetSpec: {
		package: apps,
		fields: {
			replicas: 'int32? - Number of pods wanted; 1 when absent.',
			minReadySeconds: 'int32 - Seconds a pod must be ready to count as available.',
			selector: 'LabelSelector! - Which pods belong to the ReplicaSet. It cannot be changed.',
			template: 'PodTemplateSpec! - What the pods are made from.',
		},
	},
	ReplicaSetStatus: {
		package: apps,
		fields: {
			replicas: 'int32!',
			fullyLabeledReplicas: 'int32',
			readyReplicas: 'int32',
			availableReplicas: 'int32',
			terminatingReplicas: 'int32?',
			observedGeneration: 'int64',
			conditions: '[]ReplicaSetCondition merge=type',
		},
	},
	ReplicaSetCondition: { package: apps, fields: condition },
	DaemonSet: {
		package: apps,
		description: 'Keeps one pod on every node.',
		fields: { ...head, spec: 'DaemonSetSpec!', status: 'any' },
	},
	DaemonSetSpec: {
		package: apps,
		fields: {
			selector: 'LabelSelector!',
			template: 'PodTemplateSpec!',
			updateStrategy: 'any',
			minReadySeconds: 'int32',
			revisionHistoryLimit: 'int32?',
		},
	},
	StatefulSet: {
		package: apps,
		description: 'Keeps pods with stable names and storage.',
		fields: { ...head, spec: 'StatefulSetSpec!', status: 'any' },
	},
	StatefulSetSpec: {
		package: apps,
		fields: {
			replicas: 'int32?',
			selector: 'LabelSelector!',
			template: 'PodTemplateSpec!',
			volumeClaimTemplates: '[]any atomic',
			serviceName: 'string',
			podManagementPolicy: 'string',
			updateStrategy: 'any',
			revisionHistoryLimit: 'int32?',
			minReadySeconds: 'int32',
			persistentVolumeClaimRetentionPolicy: 'any',
			ordinals: 'any',
		},
	},
	Job: {
		package: batch,
		description: 'Runs pods until enough of them have succeeded.',
		fields: { ...head, spec: 'JobSpec!', status: 'any' },
	},
	JobSpec: {
		package: batch,
		fields: {
			parallelism: 'int32?',
			completions: 'int32?',
			activeDeadlineSeconds: 'int64?',
			podFailurePolicy: 'any',
			successPolicy: 'any',
			backoffLimit: 'int32?',
			backoffLimitPerIndex: 'int32?',
			maxFailedIndexes: 'int32?',
			selector: 'LabelSelector?',
			manualSelector: 'bool?',
			template: 'PodTemplateSpec!',
			ttlSecondsAfterFinished: 'int32?',
			completionMode: 'string?',
			suspend: 'bool?',
			podReplacementPolicy: 'string?',
			managedBy: 'string?',
		},
	},
	CronJob: {
		package: batch,
		description: 'Makes Jobs by the clock.',
		fields: { ...head, spec: 'CronJobSpec!', status: 'any' },
	},
	CronJobSpec: {
		package: batch,
		fields: {
			schedule: 'string!',
			timeZone: 'string?',
			startingDeadlineSeconds: 'int64?',
			concurrencyPolicy: 'string',
			suspend: 'bool?',
			jobTemplate: 'JobTemplateSpec!',
			successfulJobsHistoryLimit: 'int32?',
			failedJobsHistoryLimit: 'int32?',
		},
	},
	JobTemplateSpec: { package: batch, fields: { metadata: 'ObjectMeta!', spec: 'JobSpec!' } },
	HorizontalPodAutoscaler: {
		package: 'autoscaling/v2',
		description: 'Sets the number of replicas by load.',
		fields: { ...head, spec: 'any', status: 'any' },
	},
	'HorizontalPodAutoscaler/v1': {
		package: 'autoscaling/v1',
		kind: 'HorizontalPodAutoscaler',
		description: 'Sets the number of replicas by processor load.',
		fields: { ...head, spec: 'any', status: 'any' },
	},
	Scale: {
		package: 'autoscaling/v1',
		description: 'The number of replicas of a workload.',
		fields: { ...head, spec: 'ScaleSpec!', status: 'ScaleStatus!' },
	},
	ScaleSpec: { package: 'autoscaling/v1', fields: { replicas: 'int32 - Number of pods wanted.' } },
	ScaleStatus: {
		package: 'autoscaling/v1',
		fields: { replicas: 'int32!', selector: 'string' },
	},
	Eviction: {
		package: 'policy/v1',
		description: 'Asks for a pod to leave its node.',
		fields: { ...head, deleteOptions: 'any' },
	},
};
