import type { CommandIo } from '../../api/command.ts';
import type { Runs } from '../../api/node.ts';
import { parseYaml } from '../../util/yaml.ts';
import { CliError } from './errors.ts';
import { isJson, listAt, mapAt, textAt, type Json } from './fields.ts';
import { errnoText } from './manifest.ts';
import { toYaml } from './yaml-writer.ts';

const emptyConfig = {
	apiVersion: 'v1',
	kind: 'Config',
	clusters: null,
	contexts: null,
	'current-context': '',
	preferences: {},
	users: null,
};

/** What holds while no file says otherwise. Unlike Kubernetes: a fresh node's kubectl knows its cluster. */
const builtIn = {
	apiVersion: 'v1',
	kind: 'Config',
	clusters: [{ name: 'drydock', cluster: { server: 'http://control-plane:6443' } }],
	contexts: [{ name: 'drydock', context: { cluster: 'drydock', user: 'admin' } }],
	'current-context': 'drydock',
	preferences: {},
	users: [{ name: 'admin', user: {} }],
};

export interface Context {
	name: string;
	cluster: string;
	user: string;
	namespace: string;
}

/** The guest's kubeconfig file. */
export class Kubeconfig {
	readonly path: string;
	readonly data: Json;

	constructor(path: string, data: Json) {
		this.path = path;
		this.data = data;
	}

	/** Reads `--kubeconfig`, `$KUBECONFIG` or `~/.kube/config`. */
	static async load(io: CommandIo, runs: Runs, flag: string): Promise<Kubeconfig> {
		const named = flag || io.env['KUBECONFIG']?.split(':').find((part) => part !== '') || '';
		const path = named || `${io.env['HOME'] ?? '/root'}/.kube/config`;
		let content: Uint8Array;
		try {
			content = await io.readFile(path);
		} catch (error) {
			if (flag) throw new CliError(`stat ${path}: ${errnoText(error)}`);
			return new Kubeconfig(
				path,
				structuredClone(named || runs !== 'kubernetes' ? emptyConfig : builtIn),
			);
		}
		return new Kubeconfig(path, decode(path, new TextDecoder().decode(content)));
	}

	get currentContext(): string {
		return textAt(this.data, 'current-context');
	}

	contexts(): Context[] {
		return listAt(this.data, 'contexts').map((entry) => ({
			name: textAt(entry, 'name'),
			cluster: textAt(entry, 'context', 'cluster'),
			user: textAt(entry, 'context', 'user'),
			namespace: textAt(entry, 'context', 'namespace'),
		}));
	}

	context(name: string): Context | undefined {
		return this.contexts().find((one) => one.name === name);
	}

	/** The address of a cluster; upstream's default when there is none. */
	server(cluster: string): string {
		const entry = listAt(this.data, 'clusters').find((one) => textAt(one, 'name') === cluster);
		return textAt(entry, 'cluster', 'server') || 'http://localhost:8080';
	}

	/** The entry of a context, made when missing. */
	contextEntry(name: string): Json {
		const list = listAt(this.data, 'contexts');
		let entry = list.find((one) => textAt(one, 'name') === name);
		if (!entry) {
			entry = { name, context: {} };
			this.data['contexts'] = [...list, entry];
		}
		if (!isJson(entry['context'])) entry['context'] = {};
		return mapAt(entry, 'context');
	}

	async save(io: CommandIo): Promise<void> {
		const folder = this.path.slice(0, this.path.lastIndexOf('/'));
		const exists = await io.stat(folder).then(
			() => true,
			() => false,
		);
		if (!exists) await io.run(['mkdir', '-p', folder]);
		await io.writeFile(this.path, toYaml(this.data));
	}
}

function decode(path: string, content: string): Json {
	try {
		const data: unknown = parseYaml(content);
		return { ...emptyConfig, ...(isJson(data) ? data : {}) };
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw new CliError(`error loading config file "${path}": ${why.split('\n')[0]}`);
	}
}
