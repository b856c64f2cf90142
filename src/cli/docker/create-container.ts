import type { Container } from '../../api/engine.ts';
import { containerConfig } from './container-config.ts';
import { InputError, withHelp } from './errors.ts';
import { publishAll } from './port-flags.ts';
import { requireImage } from './pull.ts';
import type { Call } from './verb.ts';

/**
 * Makes the container that the flags of `run` or `create` describe. What the client cannot make sense of ends the
 * command before an image is pulled; what the daemon would refuse comes after that.
 */
export async function makeContainer(call: Call, verb: 'run' | 'create'): Promise<Container> {
	const { args, engine, flags, io } = call;
	const [ref = ''] = args;
	const config = containerConfig(call);
	await config.catch((error: unknown) => {
		if (error instanceof InputError) throw withHelp(error, verb, 125);
	});
	const cidfile = flags.string('cidfile');
	if (cidfile !== '') await requireAbsent(call, cidfile);
	const image = await requireImage(call, ref, verb);
	const asked = await config;
	const ports = asked.ports ?? [];
	const more = flags.bool('publish-all') ? publishAll(image, flags.list('expose'), ports) : [];
	const container = await engine.createContainer({ ...asked, ports: [...ports, ...more] });
	if (cidfile !== '') await io.writeFile(cidfile, container.id);
	return container;
}

async function requireAbsent({ io }: Call, path: string): Promise<void> {
	const found = await io.stat(path).catch(() => undefined);
	if (!found) return;
	throw new Error(
		`container ID file found, make sure the other container isn't running or delete ${path}`,
	);
}
