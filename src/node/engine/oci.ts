/** The documents of an OCI image layout, as far as they are read. */

export interface Descriptor {
	mediaType: string;
	digest: string;
	size: number;
	annotations?: Record<string, string>;
	platform?: { architecture: string; os: string };
}

export interface ImageIndex {
	manifests: Descriptor[];
}

export interface ImageManifest {
	config: Descriptor;
	layers: Descriptor[];
}

export interface OciConfig {
	created?: string;
	architecture?: string;
	os?: string;
	author?: string;
	config?: {
		Env?: string[] | null;
		Entrypoint?: string[] | null;
		Cmd?: string[] | null;
		WorkingDir?: string;
		User?: string;
		ExposedPorts?: Record<string, unknown> | null;
		Volumes?: Record<string, unknown> | null;
		Labels?: Record<string, string> | null;
		StopSignal?: string;
	};
	rootfs: { type: string; diff_ids: string[] };
	history?: { created?: string; created_by?: string; empty_layer?: boolean }[];
}
