import { own } from '../util/own.ts';
import { readIndex, type Asset, type Index, type Part } from './killercoda-index.ts';
import { importText, type ImportedText } from './killercoda-text.ts';
import type { LessonFiles } from './load.ts';
import { linearMatch } from './linear-match.ts';

/** What came of a scenario: our lesson in one language, and what could not be taken along. */
export interface Imported {
	files: LessonFiles;
	unsupported: string[];
}

const where = '/opt/scenario';
const scripts = ['background', 'courseData', 'foreground', 'code'] as const;
const level: Record<string, string> = {
	beginner: 'basic',
	intermediate: 'intermediate',
	advanced: 'advanced',
};

const quote = (text: string) => JSON.stringify(text);
const slug = (text: string) =>
	text
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, '-')
		.replace(/^-|-$/g, '') || 'scenario';

/** A scenario's image as our machines: Ubuntu has docker, the others a Kubernetes of one or two nodes. */
function clusterOf(image: string): { nodes: number; runs: 'docker' | 'kubernetes'; first: string } {
	if (!image.includes('kube') && !image.includes('k3s'))
		return { nodes: 1, runs: 'docker', first: 'node-1' };
	const nodes = /2nodes?|multi/.test(image) ? 2 : 1;
	return { nodes, runs: 'kubernetes', first: 'control-plane' };
}

interface ImportedStep {
	id: string;
	title: string;
	text: string[];
	/** Where its verify script lies in the machine. */
	script: string | undefined;
	commands: string[];
}

class Importer {
	readonly #folder: Readonly<Record<string, string>>;
	readonly #index: Index;
	readonly #cluster: ReturnType<typeof clusterOf>;
	readonly files: LessonFiles = {};
	readonly unsupported: string[] = [];
	readonly #scene: string[] = [];

	constructor(folder: Readonly<Record<string, string>>) {
		this.#folder = folder;
		this.#index = readIndex(own(folder, 'index.json'));
		this.#cluster = clusterOf(this.#index.image);
	}

	run(locale: string, id = slug(this.#index.title ?? 'scenario')): Imported {
		const { intro: opening, finish, title = id } = this.#index;
		// A machine to play with is a lesson of one step.
		const parts = this.#index.steps.length > 0 ? this.#index.steps : [{ title }];
		const steps = parts.map((step, index) => this.#step(step, index));
		const last = this.#text(finish, 'finish');
		this.#assets();
		this.#start('intro', opening);
		// The first step begins with the lesson.
		this.#start('step-1', parts[0] ?? {});
		const intro = this.#text(opening, 'intro');
		this.files['lesson.yaml'] = this.#yaml(id, steps);
		this.files[`${locale}.md`] = [
			`# ${title}`,
			intro || (this.#index.description ?? ''),
			...steps.flatMap((step) => [`<!-- step: ${step.id} -->\n## ${step.title}`, ...step.text]),
			last === '' ? '' : `<!-- finish -->\n${last}`,
		]
			.filter((part) => part !== '')
			.join('\n\n')
			.concat('\n');
		return { files: this.files, unsupported: this.unsupported };
	}

	#read(path: string | undefined, what: string): string | undefined {
		if (path === undefined) return undefined;
		const content = own(this.#folder, path.replace(/^\.?\//, ''));
		if (content === undefined) this.unsupported.push(`${what}: ${path} is missing`);
		return content;
	}

	/** Lays a script into the machine; answers its path there. */
	#script(path: string, content: string): string {
		const name = path.replace(/^\.?\//, '');
		this.files[`files/${name}`] = content;
		this.#scene.push(
			`{ put: ${quote(name)}, on: ${this.#cluster.first}, to: ${quote(`${where}/${name}`)} }`,
		);
		return `${where}/${name}`;
	}

	/** Scripts that run on the machine when the scenario begins. */
	#start(what: string, part: Part): void {
		for (const kind of scripts) {
			const content = this.#read(part[kind], `${what}.${kind}`);
			const path = part[kind];
			if (content === undefined || path === undefined) continue;
			const script = this.#script(path, content);
			if (kind === 'foreground')
				this.unsupported.push(
					`${what}.foreground (${path}) is run out of sight, before the lesson`,
				);
			const run = `setsid bash ${script} >${where}/${what}.${kind}.log 2>&1 </dev/null &`;
			this.#scene.push(`{ sh: ${quote(run)}, on: ${this.#cluster.first} }`);
		}
	}

	#assets(): void {
		for (const [host, list] of this.#index.assets)
			for (const asset of list) {
				const names = this.#matching(`assets/${asset.file}`);
				if (names.length === 0) this.unsupported.push(`asset of ${host}: ${asset.file} is missing`);
				for (const name of names) this.#asset(name, asset, this.#machine(host));
			}
	}

	/** Files of the scenario that a pattern names: `*` within a folder, `**` in all below. */
	#matching(pattern: string): string[] {
		const parts = pattern.split(/(\*\*\/|\*\*|\*)/).map((part) => {
			if (part === '**/') return '(?:.*/)?';
			if (part === '**') return '.*';
			return part === '*' ? '[^/]*' : part.replace(/[.?+^$()[\]{}|\\]/g, '\\$&');
		});
		const whole = linearMatch(`^${parts.join('')}$`, false);
		return Object.keys(this.#folder).filter((path) => whole.test(path));
	}

	#asset(name: string, { target, chmod }: Asset, on: string): void {
		const content = own(this.#folder, name) ?? '';
		if (/[\0\uFFFD]/.test(content)) {
			this.unsupported.push(`${name}: only text files are taken`);
			return;
		}
		const folder = target.replace(/^~/, '/root').replace(/\/$/, '');
		const to = `${folder}/${name.split('/').at(-1) ?? name}`;
		this.files[`files/${name}`] = content;
		this.#scene.push(`{ put: ${quote(name)}, on: ${on}, to: ${quote(to)} }`);
		if (chmod !== undefined)
			this.#scene.push(`{ sh: ${quote(`chmod ${chmod} ${to}`)}, on: ${on} }`);
	}

	/** Their second machine is our first worker. */
	#machine(host: string): string {
		const { nodes, first } = this.#cluster;
		return nodes > 1 && /^(?:host02|node01)$/i.test(host) ? 'node-1' : first;
	}

	#step(part: Part, index: number): ImportedStep {
		const id = `step-${index + 1}`;
		const raw = this.#read(part.text, id) ?? '';
		const { text, commands } = this.#markdown(raw, id);
		for (const kind of scripts)
			if (index > 0 && part[kind] !== undefined)
				this.unsupported.push(`${id}.${kind} (${part[kind]}) is not run when the step begins`);
		const verify = this.#read(part.verify, `${id}.verify`);
		const script =
			verify === undefined || part.verify === undefined
				? undefined
				: this.#script(part.verify, verify);
		const done = `:::task{check=verified}\nWaiting until this step is done…\n+++\nDone.\n:::`;
		if (script !== undefined && commands.length === 0)
			this.unsupported.push(`${id}: nothing in its text can be run, so it has no solution`);
		return {
			id,
			title: part.title ?? /^#+ +(.*)$/m.exec(raw)?.[1] ?? id,
			text: [text, ...(script === undefined ? [] : [done])],
			script,
			commands,
		};
	}

	#text(part: Part, what: string): string {
		const raw = this.#read(part.text, what);
		return raw === undefined ? '' : this.#markdown(raw, what).text;
	}

	#markdown(raw: string, what: string): ImportedText {
		return importText(raw, (reason) => this.unsupported.push(`${what}: ${reason}`));
	}

	#yaml(id: string, steps: readonly ImportedStep[]): string {
		const { nodes, runs, first } = this.#cluster;
		const minutes = Number(/\d+/.exec(this.#index.time ?? '')?.[0] ?? 15);
		const lines = [
			'format: 1',
			`id: ${id}`,
			'version: 1',
			`level: ${own(level, this.#index.difficulty ?? '') ?? 'basic'}`,
			`minutes: ${minutes}`,
			`real: { linux: real, docker: ${runs === 'docker' ? 'real' : 'none'}, kubernetes: ${runs === 'kubernetes' ? 'modelled' : 'none'} }`,
			`cluster: { nodes: ${nodes}, runs: ${runs} }`,
			'terminals:',
			`  - { on: ${first} }`,
			...(nodes > 1 ? ['  - { on: node-1 }'] : []),
			`layout: { preset: split, view: ${runs === 'kubernetes' ? 'nodes' : 'processes'} }`,
			...(this.#scene.length > 0 ? ['scene:', ...this.#scene.map((item) => `  - ${item}`)] : []),
			'steps:',
		];
		for (const { id: step, script, commands } of steps) {
			lines.push(`  - id: ${step}`, `    view: ${runs === 'kubernetes' ? 'nodes' : 'processes'}`);
			if (script === undefined) continue;
			lines.push(
				'    checks:',
				`      - { id: verified, sh: { on: ${first}, run: ${quote(`bash ${script}`)} } }`,
				commands.length > 0 ? '    solution:' : '    solution: []',
				...commands.map((command) => `      - ${quote(command)}`),
			);
		}
		return `${lines.join('\n')}\n`;
	}
}

/** Turns a scenario in Killercoda's format (index.json, Markdown, verify scripts) into a lesson of ours. */
export function importKillercoda(
	folder: Readonly<Record<string, string>>,
	locale: 'zh-CN' | 'en' = 'en',
	id?: string,
): Imported {
	return new Importer(folder).run(locale, id);
}
