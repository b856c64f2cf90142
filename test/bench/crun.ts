import { gzipSync } from 'node:zlib';
import { Assembly } from '../../images/build/assemble.ts';
import { Debian } from '../../images/build/debian.ts';
import { writeTar } from '../../images/build/tar.ts';

const packages = [
	'crun libc6 libcap2 libseccomp2 libsystemd0 liblzma5 libzstd1 liblz4-1 libgcrypt20 libgpg-error0',
	'libyajl2 libgcc-s1 busybox-static',
].flatMap((names) => names.split(' '));

/** Debian's crun for i386 with the libraries it needs, a `run` that starts it with them, and a static BusyBox. */
export async function crunArchive(): Promise<Buffer> {
	const debian = new Debian();
	await debian.update();
	await debian.download(packages);
	const assembly = new Assembly(debian);
	await assembly.take({ name: 'crun', patterns: ['usr/bin/crun'] });
	await assembly.take({ name: 'busybox-static', patterns: ['bin/busybox'] });
	for (const name of packages) await assembly.take({ name, patterns: [] });
	assembly.addLibraries();
	const { tree } = assembly;
	const libraries = '/opt/crun/usr/lib/i386-linux-gnu';
	tree.file(
		'run',
		`#!/bin/sh\nLD_LIBRARY_PATH=${libraries} exec /opt/crun/usr/bin/crun "$@"\n`,
		0o755,
	);
	return gzipSync(writeTar(tree, 0));
}
