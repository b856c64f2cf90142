import { TabWriter } from '../tab-writer.ts';
import { allNamespacesFlag } from './common-flags.ts';
import type { ApiResource } from './discovery.ts';
import { CliError, ExitError } from './errors.ts';
import { dig, listAt, mapAt, textAt, textsAt, type Json } from './fields.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';

const canI: Verb = {
	name: 'can-i',
	usage: 'VERB [TYPE | TYPE/NAME | NONRESOURCEURL]',
	short: 'Check whether an action is allowed',
	complete: 'none',
	flags: [
		allNamespacesFlag,
		{ name: 'list', type: 'bool', value: 'false', usage: 'List all that is allowed.' },
		{ name: 'no-headers', type: 'bool', value: 'false', usage: 'Leave the header line out.' },
		{
			name: 'quiet',
			short: 'q',
			type: 'bool',
			value: 'false',
			usage: 'Only answer by the exit code.',
		},
		{ name: 'subresource', type: 'string', usage: 'The subresource, such as log or scale.' },
	],
	run: (session) => (session.flags.bool('list') ? listRules(session) : ask(session)),
};

async function ask(session: Session): Promise<number> {
	const { args, flags } = session;
	const [verb, what, extra] = args;
	if (!verb || !what || args.length > 3)
		throw new CliError(
			"you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
		);
	const spec = what.startsWith('/')
		? { nonResourceAttributes: { path: what, verb } }
		: { resourceAttributes: await attributes(session, verb, what, extra) };
	const review = await session.rest.json<Json>(
		'POST',
		'/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
		{ body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec } },
	);
	const allowed = dig(review, 'status', 'allowed') === true;
	const reason = textAt(review, 'status', 'reason');
	if (!flags.bool('quiet'))
		await session.out(allowed ? 'yes\n' : `no${reason ? ` - ${reason}` : ''}\n`);
	return allowed ? 0 : 1;
}

async function attributes(
	session: Session,
	verb: string,
	what: string,
	extra?: string,
): Promise<Json> {
	const [type = '', name = extra] = what.split('/');
	const resource = await reviewedResource(session, type);
	const any = type === '*';
	const scope = session.flags.bool('all-namespaces') ? {} : { namespace: session.namespace };
	const subresource = session.flags.text('subresource');
	return {
		verb,
		...(resource
			? { resource: resource.name, group: resource.group }
			: { resource: type, group: any ? '*' : '' }),
		...scope,
		...(name ? { name } : {}),
		...(subresource ? { subresource } : {}),
	};
}

/** The resource type of a question; one that is unknown is asked about all the same. */
async function reviewedResource(session: Session, type: string): Promise<ApiResource | undefined> {
	const resource = type === '*' ? undefined : (await session.discovery()).find(type);
	if (!resource && type !== '*')
		await session.err(`Warning: the server doesn't have a resource type '${type}'\n\n`);
	if (resource && !resource.namespaced)
		await session.err(
			`Warning: resource '${resource.name}' is not namespace scoped${resource.group ? ` in group '${resource.group}'` : ''}\n\n`,
		);
	return resource;
}

async function listRules(session: Session): Promise<void> {
	const review = await session.rest.json<Json>(
		'POST',
		'/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
		{
			body: {
				apiVersion: 'authorization.k8s.io/v1',
				kind: 'SelfSubjectRulesReview',
				spec: { namespace: session.namespace },
			},
		},
	);
	const writer = new TabWriter({ minWidth: 6, padding: 3 });
	if (!session.flags.bool('no-headers'))
		writer.write('Resources\tNon-Resource URLs\tResource Names\tVerbs\n');
	const brackets = (values: string[]) => `[${values.join(' ')}]`;
	for (const rule of listAt(review, 'status', 'resourceRules')) {
		const groups = textsAt(rule, 'apiGroups');
		const names = textsAt(rule, 'resources').map((one) =>
			groups[0] ? `${one}.${groups[0]}` : one,
		);
		writer.write(
			`${names.join(',')}\t[]\t${brackets(textsAt(rule, 'resourceNames'))}\t${brackets(textsAt(rule, 'verbs'))}\n`,
		);
	}
	for (const rule of listAt(review, 'status', 'nonResourceRules'))
		writer.write(
			`\t${brackets(textsAt(rule, 'nonResourceURLs'))}\t[]\t${brackets(textsAt(rule, 'verbs'))}\n`,
		);
	await session.out(writer.flush());
}

const whoAmI: Verb = {
	name: 'whoami',
	usage: '',
	short: 'Experimental: Check self subject attributes',
	complete: 'none',
	async run(session) {
		const review = await session.rest.json<Json>(
			'POST',
			'/apis/authentication.k8s.io/v1/selfsubjectreviews',
			{ body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' } },
		);
		const user = mapAt(review, 'status', 'userInfo');
		if (Object.keys(user).length === 0)
			throw new CliError('the server told nothing about the user');
		const writer = new TabWriter({ minWidth: 6, padding: 3 });
		writer.write(`ATTRIBUTE\tVALUE\nUsername\t${textAt(user, 'username')}\n`);
		if (textAt(user, 'uid')) writer.write(`UID\t${textAt(user, 'uid')}\n`);
		const groups = textsAt(user, 'groups');
		if (groups.length > 0) writer.write(`Groups\t[${groups.join(' ')}]\n`);
		await session.out(writer.flush());
	},
};

const reconcile: Verb = {
	name: 'reconcile',
	usage: '-f FILENAME',
	short:
		'Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects',
	hidden: true,
	async run(session) {
		await session.err('error: auth reconcile is not supported: there is no RBAC here\n');
		throw new ExitError(1);
	},
};

export const auth: Verb = {
	name: 'auth',
	usage: '',
	short: 'Inspect authorization',
	group: 'Troubleshooting and Debugging Commands',
	verbs: [canI, reconcile, whoAmI],
};
