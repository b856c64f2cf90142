import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot, exists, withLock } from './cache.ts';
import { run, runText } from './run.ts';
import { readTar } from './tar.ts';
import type { Tree } from './tree.ts';

const release = 'bookworm';
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

export interface DebianPackage {
	readonly name: string;
	readonly version: string;
	readonly file: string;
}

/** The source of a package: upstream's tarball, and Debian's with patches and configuration. */
export interface DebianSource extends DebianPackage {
	readonly packaging: string;
}

/** A program compiled here from Debian's source. */
export interface Compiled {
	readonly file: string;
	readonly version: string;
}

interface Mirrors {
	readonly main: string;
	readonly security: string | undefined;
}

/** The mirrors in DEBIAN_MIRROR (and DEBIAN_SECURITY_MIRROR), or else the ones this machine's apt uses. */
async function mirrors(): Promise<Mirrors> {
	const named = process.env['DEBIAN_MIRROR'];
	if (named !== undefined && named !== '') {
		return { main: named, security: process.env['DEBIAN_SECURITY_MIRROR'] };
	}
	const words = (await machineSources()).split(/\s+/);
	const urls = words.filter((word) => /^(https?|file|mirror\+\w+):\/\S+$/.test(word));
	const main = urls.find((url) => /\/debian\/?$/.test(url));
	const security = urls.find((url) => /\/debian-security\/?$/.test(url));
	if (main === undefined) {
		throw new Error(
			'no Debian mirror is known: this machine has none in its apt sources. Name one with DEBIAN_MIRROR.',
		);
	}
	return { main, security };
}

async function machineSources(): Promise<string> {
	const folder = '/etc/apt/sources.list.d';
	const names = (await readdir(folder).catch(() => [])).sort();
	const files = ['/etc/apt/sources.list', ...names.map((name) => join(folder, name))];
	const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
	return texts.join('\n').replace(/^[ \t]*#.*$/gm, '');
}

/** Debian's i386 packages, fetched by this machine's apt with lists and state of its own. */
export class Debian {
	readonly #folder = join(cacheRoot(), 'apt');
	readonly #versions = new Map<string, DebianPackage>();

	/** Reads the mirrors' package lists anew. */
	async update(): Promise<void> {
		for (const name of ['lists/partial', 'archives/partial', 'parts', 'debs']) {
			await mkdir(join(this.#folder, name), { recursive: true });
		}
		await writeFile(join(this.#folder, 'status'), '', { flag: 'a' });
		await writeFile(join(this.#folder, 'apt.conf'), this.#config());
		await writeFile(join(this.#folder, 'sources.list'), this.#sources(await mirrors()));
		await withLock('apt-lists', async () => {
			// A mirror in the middle of its own update may lack one list; the release itself must be there.
			await this.#apt('apt-get', ['update', '-q']).catch(() => undefined);
		});
		const policy = await this.#apt('apt-cache', ['policy', 'bash']);
		if (!policy.includes('Candidate:') || policy.includes('Candidate: (none)')) {
			throw new Error(
				`the package lists of ${(await mirrors()).main} (${release}) cannot be read: look at the ` +
					'connection, or name another mirror in DEBIAN_MIRROR',
			);
		}
	}

	/** Downloads the packages that are not here yet. */
	async download(
		names: readonly string[],
		onPackage: (share: number, name: string) => void = () => undefined,
	): Promise<readonly DebianPackage[]> {
		const debs = join(this.#folder, 'debs');
		const packages = await this.#find(names);
		const wanted: string[] = [];
		for (const { name, version, file } of packages) {
			if (!(await exists(file))) wanted.push(`${name}=${version}`);
		}
		if (wanted.length > 0) {
			let done = 0;
			await this.#apt('apt-get', ['download', ...wanted], debs, (line) => {
				const name = /^Get:\d+ \S+ \S+ \S+ (\S+)/.exec(line)?.[1];
				if (name !== undefined) onPackage(++done / wanted.length, name);
			});
		}
		return packages;
	}

	/** Which file of which version a package is; apt names only files that are not in its working folder. */
	async #find(names: readonly string[]): Promise<readonly DebianPackage[]> {
		const empty = join(this.#folder, 'parts');
		const answer = await this.#apt('apt-get', ['download', '--print-uris', ...names], empty);
		const packages: DebianPackage[] = [];
		for (const line of answer.split('\n')) {
			const fileName = /^'[^']+' (\S+\.deb) /.exec(line)?.[1];
			if (fileName === undefined) continue;
			const [name = '', version = ''] = fileName.split('_');
			const file = join(this.#folder, 'debs', fileName);
			packages.push({ name, version: version.replaceAll('%3a', ':'), file });
		}
		for (const found of packages) this.#versions.set(found.name, found);
		const missing = names.filter((name) => !this.#versions.has(name));
		if (missing.length > 0)
			throw new Error(`the Debian mirror has no package ${missing.join(', ')}`);
		return packages;
	}

	/** The files of a downloaded package. */
	async contents(name: string): Promise<Tree> {
		return readTar(await run('dpkg-deb', ['--fsys-tarfile', this.package(name).file]));
	}

	/** Downloads the source of a package. */
	async source(name: string): Promise<DebianSource> {
		const folder = join(this.#folder, 'sources');
		await mkdir(folder, { recursive: true });
		await this.#apt('apt-get', ['source', '--download-only', '-q', name], folder);
		const records = await this.#apt('apt-cache', ['showsrc', '--only-source', name]);
		const version = /^Version: (?:\d+:)?(\S+)$/m.exec(records)?.[1] ?? '';
		const upstream = version.replace(/-[^-]*$/, '');
		const files = await readdir(folder);
		const tarball = files.find(
			(file) => file.startsWith(`${name}_${upstream}.orig.tar.`) && !file.endsWith('.asc'),
		);
		if (tarball === undefined)
			throw new Error(`the Debian source of ${name} has no upstream tarball`);
		const packaging = join(folder, `${name}_${version}.debian.tar.xz`);
		return { name, version, file: join(folder, tarball), packaging };
	}

	/** The versions of all packages downloaded. */
	versions(): Readonly<Record<string, string>> {
		return Object.fromEntries(
			[...this.#versions.values()].map(({ name, version }) => [name, version]),
		);
	}

	/** The package of this name among those downloaded. */
	package(name: string): DebianPackage {
		const found = this.#versions.get(name);
		if (found === undefined) throw new Error(`the Debian package ${name} was not downloaded`);
		return found;
	}

	async #apt(
		command: string,
		args: readonly string[],
		cwd = this.#folder,
		onLine: (line: string) => void = () => undefined,
	): Promise<string> {
		return runText(command, args, {
			env: { APT_CONFIG: join(this.#folder, 'apt.conf') },
			cwd,
			onLine,
		});
	}

	#config(): string {
		const folder = this.#folder;
		return [
			'APT::Architecture "i386";',
			'APT::Architectures { "i386"; };',
			'APT::Sandbox::User "root";',
			'Acquire::Languages "none";',
			'Acquire::Retries "3";',
			`Dir::State "${folder}";`,
			`Dir::State::Lists "${folder}/lists";`,
			`Dir::State::status "${folder}/status";`,
			`Dir::Cache "${folder}";`,
			`Dir::Cache::archives "${folder}/archives";`,
			`Dir::Etc::sourcelist "${folder}/sources.list";`,
			`Dir::Etc::sourceparts "${folder}/parts";`,
			'',
		].join('\n');
	}

	#sources({ main, security }: Mirrors): string {
		const lines = [
			`deb [signed-by=${keyring}] ${main} ${release} main`,
			`deb [signed-by=${keyring}] ${main} ${release}-updates main`,
			`deb-src [signed-by=${keyring}] ${main} ${release} main`,
		];
		if (security !== undefined && security !== '') {
			lines.push(`deb [signed-by=${keyring}] ${security} ${release}-security main`);
		}
		return `${lines.join('\n')}\n`;
	}
}
