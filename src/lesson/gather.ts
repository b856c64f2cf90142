import type { Cluster } from '../api/cluster.ts';
import type { InspectPart, NodeInspection } from '../api/inspect.ts';
import type { Service } from '../api/kubernetes.ts';
import type { GuestResponse } from '../api/node.ts';
import type { Clock } from '../util/clock.ts';
import type { ApiView } from './api-store.ts';
import {
	flatten,
	guestKey,
	httpKey,
	noGuestEvidence,
	type GuestEvidence,
	type Journal,
} from './evidence.ts';
import type { HttpProbe, Probe } from './lesson.ts';

/** A node that has not answered for this long cannot be looked at; its programs may take 5 s. */
const deadlineMs = 8000;
const requestMs = 5000;
/** Requests of one probe that are under way at the same time. */
const inFlight = 4;

/** What one node is asked: one call each, whatever the number of probes. */
interface Question {
	facts: boolean;
	parts: Set<InspectPart>;
	files: Set<string>;
	runs: Set<string>;
}

const partOf: Partial<Record<Probe['probe'], InspectPart>> = {
	mount: 'mounts',
	cgroup: 'cgroups',
	link: 'network',
	route: 'network',
	port: 'network',
	rule: 'rules',
};
const fromFacts: readonly Probe['probe'][] = ['proc', 'image', 'container', 'volume'];

/** Whether somebody has to ask a machine. An answer is compared only once it is given. */
export function asksGuest(probe: Probe, journal: Journal): boolean {
	if (probe.probe === 'answer')
		return (
			(probe.sh !== undefined || probe.pid !== undefined) &&
			(journal.answers[probe.field] ?? '').trim() !== ''
		);
	return (
		probe.probe === 'http' ||
		probe.probe === 'file' ||
		probe.probe === 'sh' ||
		partOf[probe.probe] !== undefined ||
		fromFacts.includes(probe.probe)
	);
}

export function needsGuest(probes: readonly Probe[], journal: Journal): boolean {
	return probes.some((probe) => flatten(probe).some((one) => asksGuest(one, journal)));
}

function addQuestion(questions: Map<string, Question>, probe: Probe): void {
	const of = (node: string): Question => {
		const known = questions.get(node);
		if (known) return known;
		const fresh: Question = {
			facts: false,
			parts: new Set(),
			files: new Set(),
			runs: new Set(),
		};
		questions.set(node, fresh);
		return fresh;
	};
	const part = partOf[probe.probe];
	if (part !== undefined && 'on' in probe && probe.on !== undefined) of(probe.on).parts.add(part);
	switch (probe.probe) {
		case 'file':
			of(probe.on).files.add(probe.path);
			break;
		case 'sh':
			of(probe.on).runs.add(probe.run);
			break;
		case 'proc':
		case 'image':
		case 'container':
		case 'volume':
			of(probe.on).facts = true;
			break;
		case 'answer':
			if (probe.sh) of(probe.sh.on).runs.add(probe.sh.run);
			if (probe.pid) of(probe.pid.on).facts = true;
			break;
		default:
	}
}

class Asker {
	readonly #cluster: Cluster;
	readonly #clock: Clock;
	readonly #running: Set<string>;
	readonly evidence = noGuestEvidence();

	constructor(cluster: Cluster, clock: Clock) {
		this.#cluster = cluster;
		this.#clock = clock;
		this.#running = new Set(
			cluster
				.nodes()
				.filter((node) => node.power === 'running')
				.map((node) => node.name),
		);
	}
	/** Asks unless the machine is off, and waits no longer than the deadline. */
	async #tried<T>(node: string, ask: () => Promise<T>, ms = deadlineMs): Promise<T | Error> {
		if (!this.#running.has(node)) return new Error(`${node} is not running`);
		return new Promise<T | Error>((resolve) => {
			const timer = this.#clock.after(ms, () => resolve(new Error(`${node} does not answer`)));
			const settle = (answer: T | Error) => {
				timer.cancel();
				resolve(answer);
			};
			ask().then(settle, (error: unknown) =>
				settle(error instanceof Error ? error : new Error(String(error))),
			);
		});
	}
	async node(node: string, { facts, parts, files, runs }: Question): Promise<void> {
		const into = this.evidence;
		const asked: Promise<void>[] = [];
		if (facts)
			asked.push(
				this.#tried(node, () => this.#cluster.facts(node)).then((answer) => {
					into.facts.set(node, answer);
				}),
			);
		if (parts.size > 0) {
			const ask = (): Promise<NodeInspection> => this.#cluster.inspect(node, [...parts].sort());
			asked.push(
				this.#tried(node, ask).then((answer) => {
					into.inspections.set(node, answer);
				}),
			);
		}
		if (files.size + runs.size > 0) asked.push(this.#look(node, [...files], [...runs]));
		await Promise.all(asked);
	}
	async #look(node: string, files: string[], runs: string[]): Promise<void> {
		const { files: contents, shells } = this.evidence;
		const commands = runs.map((run) => ['sh', '-c', run]);
		const view = await this.#tried(node, () => this.#cluster.look(node, { files, commands }));
		for (const path of files)
			contents.set(guestKey(node, path), view instanceof Error ? view : (view.files[path] ?? null));
		runs.forEach((run, index) => {
			const result = view instanceof Error ? view : view.commands[index];
			shells.set(guestKey(node, run), result ?? new Error(`${node} does not answer`));
		});
	}
	async send(probe: HttpProbe, api: ApiView): Promise<void> {
		const url = urlOf(probe, api);
		const ms = Math.ceil(probe.tries / inFlight) * requestMs + deadlineMs;
		const answers =
			url === undefined ? [] : await this.#tried(probe.from, () => this.#all(probe, url), ms);
		this.evidence.http.set(httpKey(probe), answers);
	}
	async #all(probe: HttpProbe, url: string): Promise<GuestResponse[]> {
		const answers: GuestResponse[] = [];
		while (answers.length < probe.tries) {
			const count = Math.min(inFlight, probe.tries - answers.length);
			const sent = Array.from({ length: count }, () =>
				this.#cluster.request(probe.from, { url, timeoutMs: requestMs }),
			);
			answers.push(...(await Promise.all(sent)));
		}
		return answers;
	}
}

function urlOf(probe: HttpProbe, api: ApiView): string | undefined {
	if (probe.url !== undefined) return probe.url;
	const service = api.get<Service>('Service', 'default', probe.service ?? '');
	const [port] = service?.spec.ports ?? [];
	const ip = service?.spec.clusterIP;
	return ip && ip !== 'None' && port ? `http://${ip}:${port.port}${probe.path}` : undefined;
}

/** Asks each node once for all that these probes want to see of it. */
export async function gather(
	{ cluster, api, clock }: { cluster: Cluster; api: ApiView; clock: Clock },
	probes: readonly Probe[],
	journal: Journal,
): Promise<GuestEvidence> {
	const asker = new Asker(cluster, clock);
	const all = probes.flatMap(flatten).filter((probe) => asksGuest(probe, journal));
	const questions = new Map<string, Question>();
	for (const probe of all) addQuestion(questions, probe);
	const sends = new Map(
		all.flatMap((probe): [string, HttpProbe][] =>
			probe.probe === 'http' ? [[httpKey(probe), probe]] : [],
		),
	);
	await Promise.all([
		...[...questions].map(([node, question]) => asker.node(node, question)),
		...[...sends.values()].map((probe) => asker.send(probe, api)),
	]);
	return asker.evidence;
}
