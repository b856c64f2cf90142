import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Assembly, busyboxApplets, parsePackages } from './assemble.ts';
import { buildBusybox } from './busybox.ts';
import { cached, exists } from './cache.ts';
import type { Debian } from './debian.ts';
import { imagesFolder } from './folders.ts';
import { hashPath, keyOf } from './hash.ts';
import { notes, scriptsHash } from './inputs.ts';
import { OciLayout, type Layer } from './oci.ts';
import { compileStatic, type Toolchain } from './toolchain.ts';

const recipesFolder = join(imagesFolder, 'containers');
const searchPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

interface LayerRecipe {
	readonly createdBy: string;
	readonly packages?: string;
	readonly files?: string;
	readonly folders?: readonly string[];
	readonly program?: { readonly source: string; readonly path: string };
	/** Where BusyBox is put, with its commands as links beside it. */
	readonly busybox?: string;
	readonly skeleton?: 'plain' | 'debian';
}

interface ImageRecipe {
	readonly name: string;
	readonly from?: string;
	readonly layers: readonly LayerRecipe[];
	readonly config: Readonly<Record<string, unknown>>;
	readonly variants: readonly {
		readonly tags: readonly string[];
		readonly env?: readonly string[];
		readonly layers?: readonly LayerRecipe[];
	}[];
}

interface Built {
	readonly layers: readonly Layer[];
	/** Every path the layers hold, so that an image on top does not bring a library again. */
	readonly paths: ReadonlySet<string>;
}

/** The names of the Debian packages the images are made of. */
export async function containerPackages(): Promise<readonly string[]> {
	const names = new Set<string>();
	for (const image of await imageNames()) {
		const file = join(recipesFolder, image, 'packages.txt');
		if (!(await exists(file))) continue;
		for (const line of parsePackages(await readFile(file, 'utf8'))) names.add(line.name);
	}
	return [...names];
}

/** Builds the registry, or finds it in the cache. */
export async function buildContainers(
	debian: Debian,
	toolchain: Toolchain,
	update: (fraction: number, detail?: string) => void,
): Promise<string> {
	const packages = await containerPackages();
	const versions = packages.map((name) => `${name} ${debian.package(name).version}`);
	const own = await hashPath(recipesFolder, notes);
	const busybox = await buildBusybox(debian, 'container');
	const key = keyOf([...versions, own, await scriptsHash(), busybox.file, toolchain.key]);
	return cached(`registry-${key}`, async (target) => {
		const builder = new ContainerBuilder(debian, toolchain, busybox.file, target);
		const names = await imageNames();
		for (const [index, name] of names.entries()) {
			update(index / names.length, name);
			await builder.build(name);
		}
		await builder.finish();
	});
}

async function imageNames(): Promise<readonly string[]> {
	const entries = await readdir(recipesFolder, { withFileTypes: true });
	return entries
		.filter((entry) => entry.isDirectory())
		.map((entry) => entry.name)
		.sort();
}

class ContainerBuilder {
	readonly #debian: Debian;
	readonly #toolchain: Toolchain;
	readonly #busybox: string;
	readonly #layout: OciLayout;
	readonly #built = new Map<string, Built>();

	constructor(debian: Debian, toolchain: Toolchain, busybox: string, folder: string) {
		this.#debian = debian;
		this.#toolchain = toolchain;
		this.#busybox = busybox;
		this.#layout = new OciLayout(folder);
	}

	/** Builds an image in all its variants; gives the layers they share. */
	async build(name: string): Promise<Built> {
		const done = this.#built.get(name);
		if (done !== undefined) return done;
		const text = await readFile(join(recipesFolder, name, 'image.yaml'), 'utf8');
		const recipe = parse(text) as ImageRecipe;
		const base = recipe.from === undefined ? empty : await this.build(recipe.from);
		const shared = await this.#stack(name, base, recipe.layers);
		this.#built.set(name, shared);
		for (const variant of recipe.variants) {
			const { layers } = await this.#stack(name, shared, variant.layers ?? []);
			const config = { Env: [searchPath, ...(variant.env ?? [])], ...recipe.config };
			await this.#layout.image(recipe.name, variant.tags, layers, config);
		}
		return shared;
	}

	async finish(): Promise<void> {
		await this.#layout.finish();
	}

	async #stack(name: string, base: Built, recipes: readonly LayerRecipe[]): Promise<Built> {
		const layers = [...base.layers];
		const paths = new Set(base.paths);
		for (const recipe of recipes) {
			const { tree } = await this.#assemble(join(recipesFolder, name), recipe, paths);
			layers.push(await this.#layout.layer(tree, recipe.createdBy));
			for (const [path] of tree.sorted()) paths.add(path);
		}
		return { layers, paths };
	}

	async #assemble(
		folder: string,
		recipe: LayerRecipe,
		below: ReadonlySet<string>,
	): Promise<Assembly> {
		const assembly = new Assembly(this.#debian, below);
		if (recipe.skeleton === 'debian') assembly.skeleton();
		if (recipe.skeleton === 'plain') plainSkeleton(assembly);
		for (const path of recipe.folders ?? []) assembly.tree.folder(path);
		if (recipe.packages !== undefined) {
			const lines = parsePackages(await readFile(join(folder, recipe.packages), 'utf8'));
			for (const line of lines) await assembly.take(line, recipe.skeleton !== 'plain');
			assembly.addLibraries();
			if (assembly.tree.has('usr/lib/i386-linux-gnu/ld-linux.so.2')) {
				assembly.tree.link('usr/lib/ld-linux.so.2', 'i386-linux-gnu/ld-linux.so.2');
			}
		}
		if (recipe.files !== undefined) await assembly.overlay(join(folder, recipe.files));
		if (recipe.busybox !== undefined)
			putBusybox(assembly, recipe.busybox, await readFile(this.#busybox));
		if (recipe.program !== undefined) await this.#program(assembly, folder, recipe.program);
		assembly.checkLinks();
		return assembly;
	}

	async #program(
		assembly: Assembly,
		folder: string,
		{ source, path }: { readonly source: string; readonly path: string },
	): Promise<void> {
		const work = await mkdtemp(join(tmpdir(), 'drydock-program-'));
		try {
			await compileStatic(this.#toolchain, join(folder, source), join(work, 'program'));
			assembly.tree.file(path, await readFile(join(work, 'program')), 0o755);
		} finally {
			await rm(work, { recursive: true, force: true });
		}
	}
}

const empty: Built = { layers: [], paths: new Set() };

function plainSkeleton({ tree }: Assembly): void {
	for (const path of ['bin', 'dev', 'etc', 'home', 'proc', 'run', 'sys', 'usr', 'var']) {
		tree.folder(path);
	}
	tree.folder('root', 0o700);
	tree.folder('tmp', 0o1777);
}

function putBusybox({ tree }: Assembly, path: string, binary: Uint8Array): void {
	tree.file(path, binary, 0o755);
	const folder = path.slice(0, path.lastIndexOf('/') + 1);
	for (const applet of busyboxApplets(binary)) {
		if (!tree.has(folder + applet)) tree.link(folder + applet, 'busybox');
	}
}
