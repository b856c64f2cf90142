import type { ConfigMap, Secret, ServiceAccount } from '../../api/kubernetes.ts';
import { appendEvents } from './describe-events.ts';
import { DescribeWriter, orNone } from './describe-writer.ts';
import { listAll } from './builder.ts';
import { textAt, type Manifest } from './fields.ts';
import type { Session } from './session.ts';

function head(writer: DescribeWriter, { metadata }: Manifest): void {
	writer.write(0, `Name:\t${metadata.name}`);
	if (metadata.namespace) writer.write(0, `Namespace:\t${metadata.namespace}`);
	writer.labels('Labels', metadata.labels ?? {});
	writer.annotations('Annotations', metadata.annotations ?? {});
}

/** How many bytes a base64 text stands for. */
function decodedLength(base64: string): number {
	return atob(base64).length;
}

/** After pkg/describe: ConfigMapDescriber. */
export async function describeConfigMap(session: Session, object: Manifest): Promise<string> {
	const { data = {}, binaryData = {} } = object as unknown as ConfigMap;
	const writer = new DescribeWriter();
	head(writer, object);
	writer.write(0, '\nData\n====');
	for (const key of Object.keys(data).sort())
		writer.write(0, `${key}:\n----\n${data[key] ?? ''}\n`);
	writer.write(0, '\nBinaryData\n====');
	for (const key of Object.keys(binaryData).sort())
		writer.write(0, `${key}: ${decodedLength(binaryData[key] ?? '')} bytes`);
	writer.write(0, '');
	await appendEvents(session, writer, object);
	return writer.toString();
}

/** After pkg/describe: describeSecret: sizes, never values. */
export async function describeSecret(_session: Session, object: Manifest): Promise<string> {
	const { data = {}, type = '' } = object as unknown as Secret;
	const writer = new DescribeWriter();
	head(writer, object);
	writer.write(0, `\nType:\t${type}`);
	writer.write(0, '\nData\n====');
	for (const key of Object.keys(data).sort()) {
		const value = data[key] ?? '';
		const isToken = key === 'token' && type === 'kubernetes.io/service-account-token';
		writer.write(0, `${key}:\t${isToken ? atob(value) : `${decodedLength(value)} bytes`}`);
	}
	return writer.toString();
}

/** After pkg/describe: describeServiceAccount. */
export async function describeServiceAccount(session: Session, object: Manifest): Promise<string> {
	const { secrets = [], imagePullSecrets = [], metadata } = object as unknown as ServiceAccount;
	const resource = await session.resource('secrets');
	const all = await listAll(session, { resource, namespace: metadata.namespace }, {});
	const tokens = all.filter(
		(secret) =>
			textAt(secret, 'type') === 'kubernetes.io/service-account-token' &&
			secret.metadata.annotations?.['kubernetes.io/service-account.name'] === metadata.name,
	);
	const writer = new DescribeWriter();
	head(writer, object);
	const list = (title: string, names: (string | undefined)[]) => {
		writer.write(0, `${title}:\t${orNone(names[0])}`);
		for (const name of names.slice(1)) writer.write(0, `\t${name ?? ''}`);
	};
	list(
		'Image pull secrets',
		imagePullSecrets.map(({ name }) => name),
	);
	list(
		'Mountable secrets',
		secrets.map(({ name }) => name),
	);
	list(
		'Tokens',
		tokens.map((token) => token.metadata.name),
	);
	await appendEvents(session, writer, object);
	return writer.toString();
}

/** After pkg/describe: describeNamespace. */
export async function describeNamespace(session: Session, object: Manifest): Promise<string> {
	const writer = new DescribeWriter();
	writer.write(0, `Name:\t${object.metadata.name}`);
	writer.labels('Labels', object.metadata.labels ?? {});
	writer.annotations('Annotations', object.metadata.annotations ?? {});
	writer.write(0, `Status:\t${textAt(object, 'status', 'phase')}`);
	const discovery = await session.discovery();
	if (discovery.find('resourcequotas')) writer.write(0, '\nNo resource quota.');
	if (discovery.find('limitranges')) writer.write(0, '\nNo LimitRange resource.');
	return writer.toString();
}
