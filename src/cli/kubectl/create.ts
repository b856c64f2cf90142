import { fileInfos, forEach } from './builder.ts';
import {
	dryRunFlag,
	fieldManagerFlag,
	filenameFlags,
	outputFlags,
	selectorFlag,
	validateFlag,
} from './common-flags.ts';
import { configMap, deployment, job, namespace, serviceAccount } from './create-generators.ts';
import { dockerRegistrySecret, genericSecret, tlsSecret } from './create-secret.ts';
import { clusterIp, externalName, loadBalancer, nodePort } from './create-service.ts';
import { pathOf } from './discovery.ts';
import { addSource, CliError, UsageError } from './errors.ts';
import { withLastApplied } from './last-applied.ts';
import { dryRun, filenames, writeQuery } from './options.ts';
import { printerFor, report } from './printers.ts';
import { rawFlag, sendRaw } from './raw.ts';
import { recorded, recordFlag } from './record.ts';
import { refusedGenerators } from './refused.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';

const service: Verb = {
	name: 'service',
	aliases: ['svc'],
	usage: '',
	short: 'Create a service using a specified subcommand',
	verbs: [clusterIp, externalName, loadBalancer, nodePort],
};

const secret: Verb = {
	name: 'secret',
	usage: '(docker-registry | generic | tls)',
	short: 'Create a secret using a specified subcommand',
	verbs: [dockerRegistrySecret, genericSecret, tlsSecret],
};

export const create: Verb = {
	name: 'create',
	usage: '-f FILENAME',
	short: 'Create a resource from a file or from stdin',
	group: 'Basic Commands (Beginner)',
	complete: 'none',
	examples: ['kubectl create -f ./pod.yaml', 'cat pod.yaml | kubectl create -f -'],
	flags: [
		dryRunFlag,
		{ name: 'edit', type: 'bool', value: 'false', usage: 'Refused: edit the file first.' },
		fieldManagerFlag('kubectl-create'),
		...filenameFlags,
		...outputFlags,
		rawFlag,
		recordFlag,
		{ name: 'save-config', type: 'bool', value: 'false', usage: 'Note the object for apply.' },
		selectorFlag,
		validateFlag,
	],
	verbs: [
		configMap,
		deployment,
		job,
		namespace,
		secret,
		service,
		serviceAccount,
		...refusedGenerators,
	],
	run,
};

async function run(session: Session): Promise<void> {
	const { flags } = session;
	const files = filenames(session);
	if (session.args.length > 0) throw new UsageError(`Unexpected args: [${session.args.join(' ')}]`);
	if (files.length === 0) throw new CliError('must specify one of -f and -k');
	if (flags.has('raw')) return sendRaw(session, 'POST');
	if (flags.bool('edit')) throw new CliError('--edit is not supported: edit the file, then create');
	const found = await fileInfos(session, files);
	if (found.infos.length === 0 && found.errors.length === 0)
		throw new CliError('no objects passed to create');
	const printer = await printerFor(session);
	await forEach(found, async ({ resource, namespace: place, object, source }) => {
		const noted = recorded(session, object);
		const body = flags.bool('save-config') ? withLastApplied(noted) : noted;
		if (dryRun(session) === 'client') return report(session, printer, body, 'created');
		try {
			const query = writeQuery(session, { validate: true });
			const made = await session.rest.json('POST', pathOf(resource, place), { query, body });
			await report(session, printer, made, 'created');
		} catch (error) {
			throw addSource('creating', source, error);
		}
	});
}
