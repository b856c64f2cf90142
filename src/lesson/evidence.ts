import type { Cluster } from '../api/cluster.ts';
import type { Event as ApiEvent } from '../api/kubernetes.ts';
import type { Service } from '../api/kubernetes.ts';
import type { GuestResponse, NodeFacts } from '../api/node.ts';
import type { HttpProbe, Probe } from './lesson.ts';
import type { ApiView } from './api-store.ts';
import type { RequestLog } from './request-log.ts';

/** What happened since the step began; a probe about the past looks here. */
export interface Journal {
	since: number;
	events: ApiEvent[];
	/** Programs started in the guests, one line each. */
	commands: { node: string; line: string }[];
	/** By the key of an invariant: the lowest and highest count after it first held. */
	invariants: Map<string, { low: number; high: number }>;
	answers: Record<string, string>;
	/** Quizzes answered right. */
	quizzes: Set<string>;
}

interface ShellResult {
	code: number;
	stdout: string;
	stderr: string;
}

/** Answers of the guests to one batch of looks; an `Error` where a node could not be asked. */
export interface GuestEvidence {
	facts: Map<string, NodeFacts | Error>;
	files: Map<string, string | null | Error>;
	shells: Map<string, ShellResult | Error>;
	http: Map<string, GuestResponse[] | Error>;
}

export interface Evidence {
	api: ApiView;
	requests: Pick<RequestLog, 'since'>;
	journal: Journal;
	guest: GuestEvidence;
}

export const guestKey = (node: string, what: string) => `${node} ${what}`;

export function httpKey(probe: HttpProbe): string {
	return `${probe.from} ${probe.url ?? probe.service ?? ''} ${probe.path} ${probe.tries}`;
}

export function noGuestEvidence(): GuestEvidence {
	return { facts: new Map(), files: new Map(), shells: new Map(), http: new Map() };
}

/** Every probe inside a probe, itself included. */
export function flatten(probe: Probe): Probe[] {
	if (probe.probe === 'all' || probe.probe === 'any') return [probe, ...probe.of.flatMap(flatten)];
	return probe.probe === 'not' ? [probe, ...flatten(probe.of)] : [probe];
}

export function needsGuest(probes: readonly Probe[]): boolean {
	return probes
		.flatMap(flatten)
		.some(({ probe }) => ['proc', 'file', 'sh', 'http'].includes(probe));
}

async function tried<T>(promise: Promise<T>): Promise<T | Error> {
	try {
		return await promise;
	} catch (error) {
		return error instanceof Error ? error : new Error(String(error));
	}
}

function urlOf(probe: HttpProbe, api: ApiView): string | undefined {
	if (probe.url !== undefined) return probe.url;
	const service = api.get<Service>('Service', 'default', probe.service ?? '');
	const [port] = service?.spec.ports ?? [];
	const ip = service?.spec.clusterIP;
	return ip && ip !== 'None' && port ? `http://${ip}:${port.port}${probe.path}` : undefined;
}

async function sendAll(cluster: Cluster, probe: HttpProbe, url: string): Promise<GuestResponse[]> {
	const answers: GuestResponse[] = [];
	for (let attempt = 0; attempt < probe.tries; attempt++)
		answers.push(await cluster.request(probe.from, { url, timeoutMs: 5000 }));
	return answers;
}

async function lookAt(cluster: Cluster, node: string, probes: Probe[], into: GuestEvidence) {
	const files = probes.flatMap((probe) => (probe.probe === 'file' ? [probe.path] : []));
	const runs = probes.flatMap((probe) => (probe.probe === 'sh' ? [probe.run] : []));
	if (files.length + runs.length > 0) {
		const commands = runs.map((run) => ['sh', '-c', run]);
		const view = await tried(cluster.look(node, { files, commands }));
		for (const path of files)
			into.files.set(
				guestKey(node, path),
				view instanceof Error ? view : (view.files[path] ?? null),
			);
		runs.forEach((run, index) => {
			const result = view instanceof Error ? view : view.commands[index];
			into.shells.set(guestKey(node, run), result ?? new Error('the guest did not answer'));
		});
	}
	if (probes.some(({ probe }) => probe === 'proc'))
		into.facts.set(node, await tried(cluster.facts(node)));
}

/** Asks each node once for all that these probes want to see of it. */
export async function gather(
	cluster: Cluster,
	api: ApiView,
	probes: readonly Probe[],
): Promise<GuestEvidence> {
	const into = noGuestEvidence();
	const all = probes.flatMap(flatten);
	const nodes = new Map<string, Probe[]>();
	for (const probe of all)
		if (probe.probe === 'proc' || probe.probe === 'file' || probe.probe === 'sh')
			nodes.set(probe.on, [...(nodes.get(probe.on) ?? []), probe]);
	const looks = [...nodes].map(([node, own]) => lookAt(cluster, node, own, into));
	const sends = all.map(async (probe) => {
		if (probe.probe !== 'http') return;
		const url = urlOf(probe, api);
		const answers = url === undefined ? [] : await tried(sendAll(cluster, probe, url));
		into.http.set(httpKey(probe), answers);
	});
	await Promise.all([...looks, ...sends]);
	return into;
}
