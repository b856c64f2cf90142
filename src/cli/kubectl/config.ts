import { TabWriter } from '../tab-writer.ts';
import { CliError, UsageError } from './errors.ts';
import { listAt, type Json } from './fields.ts';
import { JsonPath } from './jsonpath.ts';
import { toJson } from './printers.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';
import { toYaml } from './yaml-writer.ts';

const view: Verb = {
	name: 'view',
	usage: '[flags]',
	short: 'Display merged kubeconfig settings or a specified kubeconfig file',
	complete: 'none',
	flags: [
		{
			name: 'flatten',
			type: 'bool',
			value: 'false',
			usage: 'Accepted and not used.',
			hidden: true,
		},
		{ name: 'merge', type: 'bool', value: 'true', usage: 'Accepted and not used.', hidden: true },
		{ name: 'minify', type: 'bool', value: 'false', usage: 'Only what the current context uses.' },
		{
			name: 'output',
			short: 'o',
			type: 'string',
			value: 'yaml',
			usage: 'One of: (json, yaml, jsonpath).',
		},
		{ name: 'raw', type: 'bool', value: 'false', usage: 'Accepted and not used.', hidden: true },
	],
	async run(session) {
		const data = session.flags.bool('minify') ? minified(session) : session.config.data;
		const output = session.flags.text('output');
		if (output.startsWith('jsonpath=')) {
			const path = new JsonPath(output.slice('jsonpath='.length), { allowMissing: true });
			return session.out(path.print(data));
		}
		await session.out(output === 'json' ? toJson(data) : toYaml(data));
	},
};

function minified(session: Session): Json {
	const { config } = session;
	const context = config.context(session.flags.text('context') || config.currentContext);
	if (!context) throw new CliError('current-context must exist in order to minify');
	const only = (key: string, name: string) =>
		((config.data[key] ?? []) as { name: string }[]).filter((entry) => entry.name === name);
	return {
		...config.data,
		clusters: only('clusters', context.cluster),
		contexts: only('contexts', context.name),
		users: only('users', context.user),
	};
}

const currentContext: Verb = {
	name: 'current-context',
	usage: '',
	short: 'Display the current-context',
	complete: 'none',
	async run(session) {
		const { currentContext: name } = session.config;
		if (name === '') throw new CliError('current-context is not set');
		await session.out(`${name}\n`);
	},
};

const getContexts: Verb = {
	name: 'get-contexts',
	usage: '[(-o|--output=)name)]',
	short: 'Describe one or many contexts',
	complete: 'contexts',
	flags: [
		{ name: 'no-headers', type: 'bool', value: 'false', usage: 'Leave the header line out.' },
		{ name: 'output', short: 'o', type: 'string', usage: 'Output format. One of: (name).' },
	],
	async run(session) {
		const { config, args, flags } = session;
		const contexts = config
			.contexts()
			.filter(({ name }) => args.length === 0 || args.includes(name));
		const missing = args.find((name) => !config.context(name));
		if (missing !== undefined) throw new CliError(`context ${missing} not found`);
		contexts.sort((a, b) => (a.name < b.name ? -1 : 1));
		if (flags.text('output') === 'name')
			return session.out(contexts.map(({ name }) => `${name}\n`).join(''));
		const writer = new TabWriter({ minWidth: 6, padding: 3 });
		if (!flags.bool('no-headers')) writer.write('CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n');
		for (const { name, cluster, user, namespace } of contexts)
			writer.write(
				`${name === config.currentContext ? '*' : ''}\t${name}\t${cluster}\t${user}\t${namespace}\n`,
			);
		await session.out(writer.flush());
	},
};

const setContext: Verb = {
	name: 'set-context',
	usage:
		'[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]',
	short: 'Set a context entry in kubeconfig',
	complete: 'contexts',
	examples: ['kubectl config set-context --current --namespace=web'],
	flags: [
		{ name: 'current', type: 'bool', value: 'false', usage: 'Change the current context.' },
		{ name: 'cluster', type: 'string', usage: 'The cluster of the context.' },
		{ name: 'user', type: 'string', usage: 'The user of the context.' },
	],
	async run(session) {
		const { config, flags } = session;
		const [given] = session.args;
		if ((given === undefined) !== flags.bool('current'))
			throw new UsageError('Unexpected args: [' + session.args.join(' ') + ']');
		const name = given ?? config.currentContext;
		if (name === '') throw new CliError('no current context is set');
		const existed = config.context(name) !== undefined;
		const entry = config.contextEntry(name);
		for (const key of ['namespace', 'cluster', 'user'])
			if (flags.has(key)) entry[key] = flags.text(key);
		await config.save(session.io);
		await session.out(`Context "${name}" ${existed ? 'modified' : 'created'}.\n`);
	},
};

const useContext: Verb = {
	name: 'use-context',
	aliases: ['use'],
	usage: 'CONTEXT_NAME',
	short: 'Set the current-context in a kubeconfig file',
	complete: 'contexts',
	async run(session) {
		const [name = ''] = session.args;
		if (session.args.length !== 1)
			throw new UsageError(`Unexpected args: [${session.args.join(' ')}]`);
		if (!session.config.context(name))
			throw new CliError(`no context exists with the name: "${name}"`);
		session.config.data['current-context'] = name;
		await session.config.save(session.io);
		await session.out(`Switched to context "${name}".\n`);
	},
};

const renameContext: Verb = {
	name: 'rename-context',
	usage: 'CONTEXT_NAME NEW_NAME',
	short: 'Rename a context from the kubeconfig file',
	complete: 'contexts',
	async run(session) {
		const { config, args, io } = session;
		const [from = '', to = ''] = args;
		if (args.length !== 2) throw new UsageError(`Unexpected args: [${args.join(' ')}]`);
		const entry = listAt(config.data, 'contexts').find(({ name }) => name === from);
		const cannot = `cannot rename the context "${from}", `;
		if (!entry) throw new CliError(`${cannot}it's not in ${config.path}`);
		if (config.context(to))
			throw new CliError(`${cannot}the context "${to}" already exists in ${config.path}`);
		entry['name'] = to;
		if (config.currentContext === from) config.data['current-context'] = to;
		await config.save(io);
		await session.out(`Context "${from}" renamed to "${to}".\n`);
	},
};

const deleteContext: Verb = {
	name: 'delete-context',
	usage: 'NAME',
	short: 'Delete the specified context from the kubeconfig',
	complete: 'contexts',
	async run(session) {
		const { config, args, io } = session;
		const [wanted = ''] = args;
		if (args.length !== 1) throw new UsageError(`Unexpected args: [${args.join(' ')}]`);
		if (!config.context(wanted))
			throw new CliError(`cannot delete context ${wanted}, not in ${config.path}`);
		config.data['contexts'] = listAt(config.data, 'contexts').filter(({ name }) => name !== wanted);
		await config.save(io);
		if (config.currentContext === wanted)
			await session.err(
				'warning: this removed your active context, use "kubectl config use-context" to select a different one\n',
			);
		await session.out(`deleted context ${wanted} from ${config.path}\n`);
	},
};

const getClusters: Verb = {
	name: 'get-clusters',
	usage: '',
	short: 'Display clusters defined in the kubeconfig',
	complete: 'none',
	run: (session) => namesOf(session, 'clusters'),
};

const getUsers: Verb = {
	name: 'get-users',
	usage: '',
	short: 'Display users defined in the kubeconfig',
	complete: 'none',
	run: (session) => namesOf(session, 'users'),
};

async function namesOf(session: Session, key: string): Promise<void> {
	const entries = (session.config.data[key] ?? []) as { name: string }[];
	await session.out(`NAME\n${entries.map(({ name }) => `${name}\n`).join('')}`);
}

export const config: Verb = {
	name: 'config',
	usage: '',
	short: 'Modify kubeconfig files',
	verbs: [
		currentContext,
		deleteContext,
		getClusters,
		getContexts,
		getUsers,
		renameContext,
		setContext,
		useContext,
		view,
	],
};
