// Which Debian packages a build and the tests in a browser need, and how to get them. Plain JavaScript without
// imports from npm: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const wanted = {
	images: [
		'linux-source-6.1',
		'gcc-multilib',
		'make',
		'flex',
		'bison',
		'bc',
		'bzip2',
		'cpio',
		'kmod',
		'patch',
		'libelf-dev',
		'libssl-dev',
		'xz-utils',
		'zstd',
		'seabios',
		'debian-archive-keyring',
	],
	tests: ['chromium', 'fonts-dejavu-core', 'fonts-noto-cjk'],
};

/**
 * The Debian packages for this purpose that are not installed.
 * @param {'images' | 'tests'} purpose
 * @returns {string[]}
 */
function missingPackages(purpose) {
	const names = wanted[purpose];
	if (!existsSync('/usr/bin/dpkg-query')) return names;
	const format = '-f=${Package} ${db:Status-Status}\n';
	const { stdout } = spawnSync('dpkg-query', ['-W', format, ...names], { encoding: 'utf8' });
	const installed = new Set(
		stdout
			.split('\n')
			.filter((line) => line.endsWith(' installed'))
			.map((line) => line.split(' ')[0]),
	);
	return names.filter((name) => !installed.has(name));
}

/**
 * Installs what is missing, after naming it; throws an error that says what can be done when it cannot.
 * @param {'images' | 'tests'} purpose
 * @param {{ install?: boolean }} [options]
 * @returns {Promise<void>}
 */
export async function ensurePrerequisites(purpose, { install = true } = {}) {
	const missing = missingPackages(purpose);
	if (missing.length === 0) return;
	const list = missing.join(' ');
	const otherwise =
		purpose === 'images'
			? 'Or set DRYDOCK_IMAGES to a folder or address with images built elsewhere (npm run images:pack\n' +
				'packs them). DEBIAN_MIRROR names the mirror for the packages inside the images.'
			: 'Only the tests in a browser need them.';
	if (!existsSync('/usr/bin/apt-get')) {
		throw new Error(
			`This needs Debian 12 (bookworm) with the packages ${list}; this system has no apt-get.\n${otherwise}`,
		);
	}
	const prefix = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
	const able = prefix.length === 0 || spawnSync('sudo', ['-n', 'true']).status === 0;
	if (!install || !able) {
		throw new Error(
			`These Debian packages are missing: ${list}\n` +
				`As root: apt-get install --no-install-recommends ${list}\n${otherwise}`,
		);
	}
	process.stderr.write(`drydock: installing the Debian packages ${list}\n`);
	const [command, ...first] = [...prefix, 'apt-get'];
	const apt = (...args) => {
		const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
		return spawnSync(command, [...first, ...args], { encoding: 'utf8', env });
	};
	apt('update', '-q');
	const { stderr } = apt('install', '-y', '-q', '--no-install-recommends', ...missing);
	const still = missingPackages(purpose);
	if (still.length > 0) {
		throw new Error(`apt-get could not install ${still.join(' ')}:\n${stderr}\n${otherwise}`);
	}
}
