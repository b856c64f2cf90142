import { CliError } from './errors.ts';
import { base64, fileData } from './file-data.ts';
import { createMade, generatorFlags, newObject, oneName, requireFlags } from './generate.ts';
import { readText } from './manifest.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';

const flags = generatorFlags('kubectl-create');

function secretObject(session: Session, data: Record<string, string>, type: string) {
	return newObject(
		session,
		{ apiVersion: 'v1', kind: 'Secret' },
		{ name: oneName(session) },
		{
			...(Object.keys(data).length > 0 ? { data } : {}),
			...(type ? { type } : {}),
		},
	);
}

export const genericSecret: Verb = {
	name: 'generic',
	usage: 'NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1]',
	short: 'Create a secret from a local file, directory, or literal value',
	complete: 'none',
	flags: [
		...flags,
		{ name: 'from-env-file', type: 'strings', usage: 'Files with lines of KEY=value.' },
		{ name: 'from-file', type: 'strings', usage: 'Files or folders; the key is the file name.' },
		{ name: 'from-literal', type: 'array', usage: 'A key and its value (mykey=somevalue).' },
		{ name: 'type', type: 'string', usage: 'The type of the secret.' },
	],
	async run(session) {
		oneName(session);
		const { texts, binaries } = await fileData(session);
		const encoded = Object.entries(texts).map(([key, value]) => [key, base64(value)]);
		const data = { ...(Object.fromEntries(encoded) as Record<string, string>), ...binaries };
		await createMade(session, secretObject(session, data, session.flags.text('type')), {
			failure: 'failed to create secret',
		});
	},
};

export const tlsSecret: Verb = {
	name: 'tls',
	usage: 'NAME --cert=path/to/cert/file --key=path/to/key/file',
	short: 'Create a TLS secret',
	complete: 'none',
	flags: [
		...flags,
		{ name: 'cert', type: 'string', usage: 'The certificate, PEM encoded.' },
		{ name: 'key', type: 'string', usage: 'Its private key.' },
	],
	async run(session) {
		const read = async (flag: string) => {
			const file = session.flags.text(flag);
			const text = await readText(session.io, file).catch((error: Error) => {
				throw new CliError(`Cannot read file ${file}, ${error.message}`);
			});
			return base64(text);
		};
		if (session.flags.text('key') === '' || session.flags.text('cert') === '')
			throw new CliError('key and cert must be specified');
		const data = { 'tls.crt': await read('cert'), 'tls.key': await read('key') };
		await createMade(session, secretObject(session, data, 'kubernetes.io/tls'), {
			failure: 'failed to create secret',
		});
	},
};

export const dockerRegistrySecret: Verb = {
	name: 'docker-registry',
	usage:
		'NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string]',
	short: 'Create a secret for use with a Docker registry',
	complete: 'none',
	flags: [
		...flags,
		{ name: 'docker-email', type: 'string', usage: 'Email for the registry.' },
		{ name: 'docker-password', type: 'string', usage: 'Password for the registry.' },
		{
			name: 'docker-server',
			type: 'string',
			value: 'https://index.docker.io/v1/',
			usage: 'Where the registry is.',
		},
		{ name: 'docker-username', type: 'string', usage: 'User name for the registry.' },
	],
	async run(session) {
		requireFlags(session, 'docker-password', 'docker-username');
		const username = session.flags.text('docker-username');
		const password = session.flags.text('docker-password');
		const email = session.flags.text('docker-email');
		const auth = base64(`${username}:${password}`);
		const entry = { username, password, ...(email ? { email } : {}), auth };
		const config = { auths: { [session.flags.text('docker-server')]: entry } };
		const data = { '.dockerconfigjson': base64(JSON.stringify(config)) };
		await createMade(session, secretObject(session, data, 'kubernetes.io/dockerconfigjson'), {
			failure: 'failed to create secret',
		});
	},
};
