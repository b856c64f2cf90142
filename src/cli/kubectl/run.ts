import type { Pod } from '../../api/kubernetes.ts';
import { attachTo } from './attach.ts';
import { deleteFlags, filenameFlags, podRunningTimeoutFlag } from './common-flags.ts';
import { deleteObject, waitGone } from './delete-object.ts';
import { pathOf, type ApiResource } from './discovery.ts';
import { CliError, PlainError, UsageError } from './errors.ts';
import { streamFlags } from './exec.ts';
import type { Json, Manifest } from './fields.ts';
import { createMade, generatorFlags, newObject, requireFlags } from './generate.ts';
import { parseYamlText } from './manifest.ts';
import { mergePatch } from './merge-patch.ts';
import { until } from './observe.ts';
import { dryRun } from './options.ts';
import { printerFor, report } from './printers.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';

export const run: Verb = {
	name: 'run',
	usage:
		'NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...]',
	short: 'Run a particular image on the cluster',
	group: 'Basic Commands (Beginner)',
	complete: 'none',
	examples: [
		'kubectl run nginx --image=nginx',
		'kubectl run -i -t busybox --image=busybox --rm --restart=Never -- sh',
	],
	flags: [
		...generatorFlags('kubectl-run'),
		...deleteFlags,
		...streamFlags,
		...filenameFlags.slice(0, 1),
		podRunningTimeoutFlag,
		{ name: 'annotations', type: 'array', usage: 'Annotations of the pod (a=b).' },
		{ name: 'attach', type: 'bool', value: 'false', usage: 'Attach once the pod runs.' },
		{ name: 'command', type: 'bool', value: 'false', usage: 'The arguments are the command.' },
		{ name: 'env', type: 'array', usage: 'Environment variables of the container (a=b).' },
		{ name: 'expose', type: 'bool', value: 'false', usage: 'Make a ClusterIP service as well.' },
		{ name: 'image', type: 'string', usage: 'The image of the container.' },
		{ name: 'image-pull-policy', type: 'string', usage: 'When the image is pulled.' },
		{ name: 'labels', short: 'l', type: 'string', usage: 'Labels of the pod (a=b,c=d).' },
		{ name: 'leave-stdin-open', type: 'bool', value: 'false', usage: 'Keep the input open.' },
		{ name: 'overrides', type: 'string', usage: 'JSON that is merged over the pod.' },
		{ name: 'port', type: 'string', usage: 'The port that the container exposes.' },
		{ name: 'privileged', type: 'bool', value: 'false', usage: 'Run the container privileged.' },
		{
			name: 'restart',
			type: 'string',
			value: 'Always',
			usage: 'The restart policy of the pod: Always, OnFailure, Never.',
		},
		{ name: 'rm', type: 'bool', value: 'false', usage: 'Delete the pod when it has ended.' },
		{ name: 'wait', type: 'bool', value: 'false', usage: 'Whether to wait for deletions.' },
	],
	run: runPod,
};

async function runPod(session: Session): Promise<void> {
	const { flags, args } = session;
	const names = flags.dash < 0 ? args : args.slice(0, flags.dash);
	requireFlags(session, 'image');
	const [name] = names;
	if (name === undefined) throw new UsageError('NAME is required for run');
	const attached = flags.bool('attach') || flags.bool('stdin') || flags.bool('tty');
	check(session, attached);
	const pod = await createPod(session, name, attached);
	const service = flags.bool('expose') ? await createService(session, pod) : undefined;
	if (!attached) await reportPod(session, pod, service !== undefined);
	if (!attached || dryRun(session) !== 'none') return;
	const pods = await session.resource('pods');
	try {
		await follow(session, pods, pod);
	} finally {
		if (flags.bool('rm')) await remove(session, pods, pod, service);
	}
}

/** The service is told first; in YAML kubectl puts one more line between the two. */
async function reportPod(session: Session, pod: Manifest, follows: boolean): Promise<void> {
	const printer = await printerFor(session);
	if (follows && printer.format === 'yaml') await session.out('---\n---\n');
	await report(session, printer, pod, 'created');
}

function check(session: Session, attached: boolean): void {
	const { flags } = session;
	if (!['Always', 'OnFailure', 'Never'].includes(flags.text('restart')))
		throw new UsageError(`invalid restart policy: ${flags.text('restart')}`);
	const image = flags.text('image');
	if (!/^[a-z0-9]+([._:/@-]+[A-Za-z0-9]+)*$/.test(image))
		throw new CliError(`Invalid image name "${image}": invalid reference format`);
	if (flags.bool('tty') && !flags.bool('stdin') && !flags.bool('attach'))
		throw new UsageError('-i/--stdin is required for containers with -t/--tty=true');
	if (flags.bool('rm') && !attached)
		throw new UsageError('--rm should only be used for attached containers');
	if (attached && dryRun(session) !== 'none')
		throw new UsageError(
			"--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
		);
	if (flags.bool('expose') && flags.text('port') === '')
		throw new UsageError('--port must be set when exposing a service');
}

async function createPod(session: Session, name: string, attached: boolean): Promise<Manifest> {
	const made = podObject(session, name);
	const quiet = attached && session.flags.bool('rm');
	if (!quiet && !attached) return createMade(session, made, { silent: true });
	const pods = await session.resource('pods');
	const query = { fieldManager: session.flags.text('field-manager') };
	const pod = await session.rest.json('POST', pathOf(pods, session.namespace), {
		query,
		body: made,
	});
	if (!session.flags.bool('quiet') && !quiet) await session.out(`pod/${name} created\n`);
	return pod;
}

/** Pairs of `a=b,c=d`. */
function pairs(text: string): Record<string, string> {
	const entries = text
		.split(',')
		.filter(Boolean)
		.map((pair) => {
			const [key = '', ...value] = pair.split('=');
			if (value.length === 0) throw new CliError(`unexpected label spec: ${pair}`);
			return [key, value.join('=')];
		});
	return Object.fromEntries(entries) as Record<string, string>;
}

function podObject(session: Session, name: string): Manifest {
	const { flags } = session;
	const labels = flags.has('labels') ? pairs(flags.text('labels')) : { run: name };
	const annotations = pairs(flags.list('annotations').join(','));
	const pod = newObject(
		session,
		{ apiVersion: 'v1', kind: 'Pod' },
		{ name, labels, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
		{
			spec: {
				containers: [containerObject(session, name)],
				dnsPolicy: 'ClusterFirst',
				restartPolicy: flags.text('restart'),
			},
			status: {},
		},
	);
	const overrides = flags.text('overrides');
	return overrides === '' ? pod : (mergePatch(pod, parseYamlText(overrides)) as Manifest);
}

function containerObject(session: Session, name: string): Json {
	const { flags, args } = session;
	const words = flags.dash < 0 ? args.slice(1) : args.slice(Math.min(flags.dash, 1) || 1);
	const env = flags.list('env').map((pair) => {
		const equals = pair.indexOf('=');
		if (equals < 1) throw new CliError(`invalid env: ${pair}`);
		return { name: pair.slice(0, equals), value: pair.slice(equals + 1) };
	});
	const port = flags.text('port');
	if (port !== '' && !/^\d+$/.test(port))
		throw new CliError(`strconv.ParseInt: parsing "${port}": invalid syntax`);
	const policy = flags.text('image-pull-policy');
	return {
		name,
		image: flags.text('image'),
		...(policy ? { imagePullPolicy: policy } : {}),
		...(words.length > 0 ? { [flags.bool('command') ? 'command' : 'args']: words } : {}),
		...(env.length > 0 ? { env } : {}),
		...(port ? { ports: [{ containerPort: Number(port) }] } : {}),
		...(flags.bool('stdin') ? { stdin: true } : {}),
		...(flags.bool('stdin') && !flags.bool('leave-stdin-open') ? { stdinOnce: true } : {}),
		...(flags.bool('tty') ? { tty: true } : {}),
		...(flags.bool('privileged') ? { securityContext: { privileged: true } } : {}),
		resources: {},
	};
}

async function createService(session: Session, pod: Manifest): Promise<Manifest> {
	const port = Number(session.flags.text('port'));
	const spec = {
		ports: [{ port, protocol: 'TCP', targetPort: port }],
		selector: pod.metadata.labels ?? {},
	};
	const type = { apiVersion: 'v1', kind: 'Service' };
	const rest = { spec, status: { loadBalancer: {} } };
	return createMade(session, newObject(session, type, { name: pod.metadata.name }, rest));
}

/** Attaches when the pod runs, prints its log when it has already ended, and answers its exit code. */
async function follow(session: Session, resource: ApiResource, pod: Manifest): Promise<void> {
	const place = { resource, namespace: pod.metadata.namespace, name: pod.metadata.name };
	const timeout = session.flags.duration('pod-running-timeout');
	const started = await until(session, place, timeout, (object) => {
		if (!object) throw new CliError(`pod ${place.name} was deleted`);
		const current = object as unknown as Pod;
		return hasStarted(current) ? current : undefined;
	});
	const container = started.spec.containers[0]?.name ?? '';
	if (started.status.phase === 'Running') await attachTo(session, started, container);
	else {
		const path = pathOf(resource, place.namespace, place.name, 'log');
		for await (const chunk of await session.rest.stream(path, { container }))
			await session.out(chunk);
	}
	if (session.flags.text('restart') === 'Always') return;
	if (session.flags.text('restart') !== 'Never' && !session.flags.bool('rm')) return;
	await finished(session, place, timeout);
}

function hasStarted({ status }: Pod): boolean {
	if (status.phase === 'Succeeded' || status.phase === 'Failed') return true;
	const running = status.containerStatuses?.every(({ state }) => state.running ?? state.terminated);
	return status.phase === 'Running' && running === true;
}

async function finished(
	session: Session,
	place: { resource: ApiResource; namespace: string | undefined; name: string },
	timeout: number,
): Promise<void> {
	const pod = await until(session, place, timeout, (object) => {
		if (!object) throw new CliError(`pod ${place.name} was deleted`);
		const current = object as unknown as Pod;
		return ['Succeeded', 'Failed'].includes(current.status.phase ?? '') ? current : undefined;
	});
	if (pod.status.phase === 'Succeeded') return;
	const id = `pod ${place.namespace}/${place.name}`;
	const terminated = pod.status.containerStatuses?.[0]?.state.terminated;
	if (!terminated?.exitCode) throw new CliError(`${id} failed with unknown exit code`);
	const { reason = '', message = '', exitCode } = terminated;
	throw new PlainError(`${id} terminated (${reason})\n${message}`.trimEnd(), exitCode);
}

async function remove(
	session: Session,
	resource: ApiResource,
	pod: Manifest,
	service: Manifest | undefined,
): Promise<void> {
	const place = { resource, namespace: pod.metadata.namespace, name: pod.metadata.name };
	const uid = await deleteObject(session, place, {});
	if (!session.flags.bool('quiet')) await session.out(`pod "${place.name}" deleted\n`);
	if (service) {
		const services = await session.resource('services');
		await deleteObject(session, { ...place, resource: services }, {});
		await session.out(`service "${place.name}" deleted\n`);
	}
	if (session.flags.bool('wait')) await waitGone(session, place, uid, 0);
}
