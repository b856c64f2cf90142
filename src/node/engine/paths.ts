/** Where docker keeps what it makes. */
export const dockerRoot = '/var/lib/docker';

/** The directory of one layer or one container's file system. */
export function overlayDirectory(id: string): string {
	return `${dockerRoot}/overlay2/${id}`;
}

/** The mount points every container's root has, whatever its image. */
export const initLayer = `${overlayDirectory('init')}/diff`;

/** A container's own files: hosts, hostname, resolv.conf. */
export function containerDirectory(id: string): string {
	return `${dockerRoot}/containers/${id}`;
}

/** Where a named volume's content lies. */
export function volumeDirectory(name: string): string {
	return `${dockerRoot}/volumes/${name}/_data`;
}
