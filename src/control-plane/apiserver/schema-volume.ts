import type { TypeSource } from './schema.ts';

const core = 'core/v1';

/** Volumes and what fills them. */
export const volumeTypes: Record<string, TypeSource> = {
	Volume: {
		package: core,
		description:
			'A directory that containers of the pod can mount. Exactly one source must be given.',
		fields: {
			name: 'string! - Name of the volume, unique within the pod.',
			hostPath: 'HostPathVolumeSource? - A file or directory of the node.',
			emptyDir: 'EmptyDirVolumeSource? - A directory that lives as long as the pod.',
			gcePersistentDisk: 'any',
			awsElasticBlockStore: 'any',
			gitRepo: 'any',
			secret: 'SecretVolumeSource? - Files from the keys of a Secret.',
			nfs: 'NFSVolumeSource?',
			iscsi: 'any',
			glusterfs: 'any',
			persistentVolumeClaim:
				'PersistentVolumeClaimVolumeSource? - The storage a claim is bound to.',
			rbd: 'any',
			flexVolume: 'any',
			cinder: 'any',
			cephfs: 'any',
			flocker: 'any',
			downwardAPI: 'DownwardAPIVolumeSource? - Files from fields of the pod itself.',
			fc: 'any',
			azureFile: 'any',
			configMap: 'ConfigMapVolumeSource? - Files from the keys of a ConfigMap.',
			vsphereVolume: 'any',
			quobyte: 'any',
			azureDisk: 'any',
			photonPersistentDisk: 'any',
			projected: 'ProjectedVolumeSource? - Several sources in one directory.',
			portworxVolume: 'any',
			scaleIO: 'any',
			storageos: 'any',
			csi: 'CSIVolumeSource?',
			ephemeral: 'any',
			image: 'ImageVolumeSource?',
		},
	},
	HostPathVolumeSource: {
		package: core,
		fields: {
			path: 'string! - Path on the node.',
			type: 'string? - What must be at the path: Directory, DirectoryOrCreate, File, FileOrCreate, Socket, …',
		},
	},
	EmptyDirVolumeSource: {
		package: core,
		fields: {
			medium: 'string - Empty for the disk of the node, Memory for tmpfs.',
			sizeLimit: 'Quantity? - Most the volume may hold.',
		},
	},
	NFSVolumeSource: {
		package: core,
		fields: { server: 'string!', path: 'string!', readOnly: 'bool' },
	},
	CSIVolumeSource: {
		package: core,
		fields: {
			driver: 'string!',
			readOnly: 'bool?',
			fsType: 'string?',
			volumeAttributes: 'map[string]',
			nodePublishSecretRef: 'LocalObjectReference?',
		},
	},
	ImageVolumeSource: { package: core, fields: { reference: 'string', pullPolicy: 'string' } },
	PersistentVolumeClaimVolumeSource: {
		package: core,
		fields: { claimName: 'string!', readOnly: 'bool' },
	},
	KeyToPath: {
		package: core,
		description: 'Puts one key into one file.',
		fields: {
			key: 'string! - Key to take.',
			path: 'string! - File below the mount point.',
			mode: 'int32? - Permission bits of the file.',
		},
	},
	ConfigMapVolumeSource: {
		package: core,
		fields: {
			name: 'string - Name of the ConfigMap.',
			items: '[]KeyToPath atomic - Keys to take; all of them when empty.',
			defaultMode: 'int32? - Permission bits of files without their own.',
			optional: 'bool? - Whether the pod starts without it.',
		},
	},
	SecretVolumeSource: {
		package: core,
		fields: {
			secretName: 'string - Name of the Secret.',
			items: '[]KeyToPath atomic - Keys to take; all of them when empty.',
			defaultMode: 'int32? - Permission bits of files without their own.',
			optional: 'bool? - Whether the pod starts without it.',
		},
	},
	DownwardAPIVolumeSource: {
		package: core,
		fields: { items: '[]DownwardAPIVolumeFile atomic', defaultMode: 'int32?' },
	},
	DownwardAPIVolumeFile: {
		package: core,
		fields: {
			path: 'string!',
			fieldRef: 'ObjectFieldSelector?',
			resourceFieldRef: 'ResourceFieldSelector?',
			mode: 'int32?',
		},
	},
	ProjectedVolumeSource: {
		package: core,
		fields: { sources: '[]VolumeProjection! atomic', defaultMode: 'int32?' },
	},
	VolumeProjection: {
		package: core,
		fields: {
			secret: 'SecretProjection?',
			downwardAPI: 'DownwardAPIProjection?',
			configMap: 'ConfigMapProjection?',
			serviceAccountToken: 'ServiceAccountTokenProjection?',
			clusterTrustBundle: 'any',
		},
	},
	SecretProjection: {
		package: core,
		fields: { name: 'string', items: '[]KeyToPath atomic', optional: 'bool?' },
	},
	ConfigMapProjection: {
		package: core,
		fields: { name: 'string', items: '[]KeyToPath atomic', optional: 'bool?' },
	},
	DownwardAPIProjection: { package: core, fields: { items: '[]DownwardAPIVolumeFile atomic' } },
	ServiceAccountTokenProjection: {
		package: core,
		fields: { audience: 'string', expirationSeconds: 'int64?', path: 'string!' },
	},
	VolumeMount: {
		package: core,
		description: 'Where a container sees a volume.',
		fields: {
			name: 'string! - Name of a volume of the pod.',
			readOnly: 'bool - Whether writing is refused.',
			recursiveReadOnly: 'string?',
			mountPath: 'string! - Path inside the container.',
			subPath: 'string - Path inside the volume; its root when empty.',
			mountPropagation: 'string?',
			subPathExpr: 'string',
		},
	},
	VolumeDevice: { package: core, fields: { name: 'string!', devicePath: 'string!' } },
};
