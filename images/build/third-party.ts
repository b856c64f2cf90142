import type { Manifest } from './manifest.ts';

/** The text that says which software of others is in the images, and where its source and terms are. */
export function thirdPartyText(sources: Manifest['sources'], emulatorVersion: string): string {
	const packages = Object.entries(sources.packages).sort(([a], [b]) => (a < b ? -1 : 1));
	const compiled = Object.entries(sources.compiled);
	return `Software of others in these images
==================================

The nodes and containers run Debian GNU/Linux 12 (bookworm) for i386, in parts, and a Linux kernel built from
Debian's source. Each package has its authors and terms in /usr/share/doc/<package>/copyright of the package; the
same texts are at https://metadata.ftp-master.debian.org/changelogs/ and https://sources.debian.org/copyright/.

Getting the source: on any Debian system with "deb-src" lines,
	apt-get source <package>=<version>
or https://snapshot.debian.org/, which keeps every version.

Linux kernel (GPL-2.0): Debian package ${sources.kernel.package} ${sources.kernel.version},
configured by images/kernel/config.fragment and built by images/build/kernel.ts.

Compiled from Debian's source packages (images/build/<name>.ts says how; curl without Debian's patches, BusyBox
with them):
${compiled.map(([name, version]) => `\t${name} ${version}`).join('\n')}

Linked into small static programs: musl (MIT), Debian package musl-dev.

Machine emulator: v86 ${emulatorVersion} (BSD-2-Clause), https://github.com/copy/v86.

Binary packages, unchanged, in parts:
${packages.map(([name, version]) => `\t${name} ${version}`).join('\n')}
`;
}
