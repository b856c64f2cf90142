import { TabWriter } from '../tab-writer.ts';
import { apiVersionOf, Discovery, qualifiedName, type ApiResource } from './discovery.ts';
import { CliError, UsageError } from './errors.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';

export const apiResources: Verb = {
	name: 'api-resources',
	usage: '[flags]',
	short: 'Print the supported API resources on the server',
	examples: ['kubectl api-resources', 'kubectl api-resources --namespaced=true -o wide'],
	flags: [
		{ name: 'api-group', type: 'string', usage: 'Only the resources of this group.' },
		{ name: 'cached', type: 'bool', value: 'false', usage: 'Use what is already known.' },
		{ name: 'categories', type: 'strings', usage: 'Only resources of all these categories.' },
		{
			name: 'namespaced',
			type: 'bool',
			value: 'true',
			usage: 'Only those in, or not in, namespaces.',
		},
		{ name: 'no-headers', type: 'bool', value: 'false', usage: 'Leave the header line out.' },
		{ name: 'output', short: 'o', type: 'string', usage: 'Output format. One of: (wide, name).' },
		{ name: 'sort-by', type: 'string', usage: "Sort by 'name' or 'kind'." },
		{ name: 'verbs', type: 'strings', usage: 'Only resources with all these verbs.' },
	],
	complete: 'none',
	async run(session) {
		const output = session.flags.text('output');
		if (session.args.length > 0)
			throw new UsageError(`unexpected arguments: [${session.args.join(' ')}]`);
		if (!['', 'wide', 'name'].includes(output))
			throw new CliError(`--output ${output} is not available`);
		const { resources } = (await Discovery.fresh(session.services.api, session.rest)).preferred();
		const chosen = sorted(
			session,
			resources.filter((one) => matches(session, one)),
		);
		if (output === 'name')
			return session.out(chosen.map((one) => `${qualifiedName(one)}\n`).join(''));
		await session.out(table(session, chosen, output === 'wide'));
	},
};

function matches({ flags }: Session, resource: ApiResource): boolean {
	if (resource.verbs.length === 0) return false;
	if (flags.has('api-group') && resource.group !== flags.text('api-group')) return false;
	if (flags.has('namespaced') && resource.namespaced !== flags.bool('namespaced')) return false;
	const verbs = flags.list('verbs').every((verb) => resource.verbs.includes(verb));
	return verbs && flags.list('categories').every((one) => resource.categories.includes(one));
}

function sorted({ flags }: Session, resources: ApiResource[]): ApiResource[] {
	const by = flags.text('sort-by');
	if (by !== '' && by !== 'name' && by !== 'kind')
		throw new CliError('--sort-by accepts only name or kind');
	const key = (one: ApiResource) => {
		if (by === 'name') return one.name;
		return by === 'kind' ? one.kind : `${one.group}\0${one.name}`;
	};
	return [...resources].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

function table(session: Session, resources: ApiResource[], wide: boolean): string {
	const writer = new TabWriter({ minWidth: 6, padding: 3 });
	const head = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND'];
	if (wide) head.push('VERBS', 'CATEGORIES');
	if (!session.flags.bool('no-headers')) writer.write(`${head.join('\t')}\n`);
	for (const one of resources) {
		const cells = [one.name, one.shortNames.join(','), apiVersionOf(one), one.namespaced, one.kind];
		if (wide) cells.push(one.verbs.join(','), one.categories.join(','));
		writer.write(`${cells.join('\t')}\n`);
	}
	return writer.flush();
}

export const apiVersions: Verb = {
	name: 'api-versions',
	usage: '',
	short: 'Print the supported API versions on the server, in the form of "group/version"',
	complete: 'none',
	async run(session) {
		const { resources } = await Discovery.fresh(session.services.api, session.rest);
		const versions = [...new Set(resources.map(apiVersionOf))].sort();
		await session.out(versions.map((version) => `${version}\n`).join(''));
	},
};
