import type { NamespaceKind, ProcessFact } from '../api/agent.ts';
import type { CgroupFact, MountFact, MountNamespaceFact } from '../api/inspect.ts';
import type { NodeFacts } from '../api/node.ts';
import { guestKey, type GuestEvidence } from './evidence.ts';
import type {
	CgroupProbe,
	EngineProbe,
	FileProbe,
	MountProbe,
	ProcProbe,
	ShProbe,
} from './lesson.ts';
import { every, outcome, showAmount, unknown, within, type Outcome } from './outcome.ts';
import { holds, show, showClause, valueAt } from './path.ts';
import { fits } from './pattern.ts';

const absent = { term: 'absent' } as const;
const present = { term: 'present' } as const;

/** Is it one of these programs? `wanted` undefined means any. */
const same = <T>(wanted: T | undefined, value: T | undefined) =>
	wanted === undefined || wanted === value;
const like = (pattern: string | undefined, text: string) =>
	pattern === undefined || fits(pattern, text);

function isProcess(probe: ProcProbe, fact: ProcessFact, init: ProcessFact | undefined): boolean {
	const spaces = Object.entries(probe.namespaces).every(([kind, wanted]) => {
		const own = fact.ns[kind as NamespaceKind];
		return (own === init?.ns[kind as NamespaceKind]) === (wanted === 'host');
	});
	// A zombie still answers to kill -0, but the program is gone: it counts only when asked for by state.
	const alive = probe.state === undefined ? fact.state !== 'Z' : fact.state === probe.state;
	return (
		spaces &&
		alive &&
		same(probe.comm, fact.comm) &&
		like(probe.args, fact.args.join(' ')) &&
		like(probe.cgroup, fact.cgroup) &&
		same(probe.nspid, fact.nspid.at(-1)) &&
		same(probe.uid, fact.uid)
	);
}

/** The processes that fit; with `shares`, the largest group that has those namespaces in common. */
export function processesOf(probe: ProcProbe, { processes }: NodeFacts): ProcessFact[] {
	const init = processes.find((process) => process.pid === 1);
	const found = processes.filter((process) => isProcess(probe, process, init));
	if (probe.shares.length === 0) return found;
	const groups = new Map<string, ProcessFact[]>();
	for (const process of found) {
		const key = probe.shares.map((kind) => process.ns[kind]).join(' ');
		groups.set(key, [...(groups.get(key) ?? []), process]);
	}
	return [...groups.values()].sort((a, b) => b.length - a.length)[0] ?? [];
}

/** `sleep · pid not-host · uid 1000` */
function describeProc(probe: ProcProbe): string {
	const parts = [
		probe.comm ?? (probe.args === undefined ? 'ps' : `~ ${probe.args}`),
		...Object.entries(probe.namespaces).map(([kind, where]) => `${kind} ${where}`),
		probe.nspid === undefined ? '' : `NSpid ${probe.nspid}`,
		probe.cgroup === undefined ? '' : `cgroup ~ ${probe.cgroup}`,
		probe.state === undefined ? '' : `state ${probe.state}`,
		probe.uid === undefined ? '' : `uid ${probe.uid}`,
		probe.shares.length === 0 ? '' : `= ${probe.shares.join(' = ')}`,
	];
	return parts.filter((part) => part !== '').join(' · ');
}

export function evaluateProc(probe: ProcProbe, { facts }: GuestEvidence): Outcome {
	const subject = `${probe.on} · ${describeProc(probe)}`;
	const node = facts.get(probe.on);
	if (!node || node instanceof Error) return unknown(subject);
	const count = processesOf(probe, node).length;
	return outcome(within(probe.count, count), {
		subject,
		wanted: showAmount(probe.count),
		seen: String(count),
	});
}

export function evaluateFile(probe: FileProbe, { files }: GuestEvidence): Outcome {
	const subject = `${probe.on}:${probe.path}`;
	const content = files.get(guestKey(probe.on, probe.path));
	if (content === undefined || content instanceof Error) return unknown(subject);
	if (probe.absent) return outcome(content === null, { subject, wanted: absent, seen: present });
	if (content === null) return outcome(false, { subject, wanted: present, seen: absent });
	const contains = probe.contains === undefined || content.includes(probe.contains);
	const matches = probe.matches === undefined || fits(probe.matches, content, true);
	return outcome(contains && matches, {
		subject,
		wanted: probe.contains ?? `~ ${probe.matches ?? ''}`,
		seen: content.trim().slice(0, 80) || '""',
	});
}

export function evaluateSh(probe: ShProbe, { shells }: GuestEvidence): Outcome {
	const subject = `${probe.on} $ ${probe.run}`;
	const result = shells.get(guestKey(probe.on, probe.run));
	if (!result || result instanceof Error) return unknown(subject);
	const matches = probe.matches === undefined || fits(probe.matches, result.stdout, true);
	return outcome(result.code === 0 && matches, {
		subject,
		wanted: probe.matches === undefined ? 'exit 0' : `~ ${probe.matches}`,
		seen: result.code === 0 ? result.stdout.trim().slice(0, 80) || '""' : `exit ${result.code}`,
	});
}

const optionOf = ({ superOptions }: MountFact, name: string) =>
	superOptions.find((option) => option.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';

function isMount(probe: MountProbe, mount: MountFact): boolean {
	return (
		same(probe.fstype, mount.fstype) &&
		same(probe.target, mount.target) &&
		same(probe.source, mount.source) &&
		like(probe.lower, optionOf(mount, 'lowerdir')) &&
		like(probe.upper, optionOf(mount, 'upperdir')) &&
		probe.options.every(
			(option) => mount.options.includes(option) || mount.superOptions.includes(option),
		)
	);
}

function describeMount(probe: MountProbe): string {
	const parts = [
		probe.fstype ?? '',
		probe.source ?? '',
		probe.target === undefined ? '' : `→ ${probe.target}`,
		probe.in === undefined ? '' : `mnt ${probe.in}`,
		probe.lower === undefined ? '' : `lowerdir ~ ${probe.lower}`,
		probe.upper === undefined ? '' : `upperdir ~ ${probe.upper}`,
		probe.options.join(','),
	];
	return ['mount', ...parts.filter((part) => part !== '')].join(' ');
}

export function evaluateMount(probe: MountProbe, { inspections }: GuestEvidence): Outcome {
	const subject = `${probe.on} · ${describeMount(probe)}`;
	const node = inspections.get(probe.on);
	if (!node || node instanceof Error || !node.mounts) return unknown(subject);
	const isHost = ({ pid }: MountNamespaceFact) => pid === 1;
	const count = node.mounts
		.filter((space) => probe.in === undefined || isHost(space) === (probe.in === 'host'))
		.flatMap((space) => space.mounts)
		.filter((mount) => isMount(probe, mount)).length;
	return outcome(within(probe.count, count), {
		subject,
		wanted: showAmount(probe.count),
		seen: String(count),
	});
}

/** The words of a flat-keyed file's line, or of a whole file without a key. */
function wordsOf(content: string, key: string | undefined): string[] | undefined {
	const line = content
		.split('\n')
		.map((one) => one.trim().split(/\s+/))
		.find(([first]) => key === undefined || first === key);
	return key === undefined ? line : line?.slice(1);
}

/** `max` is larger than every number. */
const amountOf = (word: string | undefined) => (word === 'max' ? Infinity : Number(word ?? NaN));

function evaluateCgroupFile(probe: CgroupProbe, group: CgroupFact, subject: string): Outcome {
	const { file = '', key } = probe;
	const content = group.files[file];
	const about = `${subject}/${file}${key === undefined ? '' : ` ${key}`}`;
	const words = content === undefined ? undefined : wordsOf(content, key);
	if (!words) return outcome(false, { subject: about, wanted: present, seen: absent });
	const seen = words.join(' ').slice(0, 80) || '""';
	const outcomes: Outcome[] = [];
	if (probe.value)
		outcomes.push(
			outcome(within(probe.value, amountOf(words[0])), {
				subject: about,
				wanted: showAmount(probe.value),
				seen,
			}),
		);
	if (probe.matches !== undefined)
		outcomes.push(
			outcome(fits(probe.matches, key === undefined ? (content ?? '') : words.join(' '), true), {
				subject: about,
				wanted: `~ ${probe.matches}`,
				seen,
			}),
		);
	return every(outcomes);
}

export function evaluateCgroup(probe: CgroupProbe, { inspections }: GuestEvidence): Outcome {
	const subject = `${probe.on}:/sys/fs/cgroup${probe.path.replace(/^\/$/, '')}`;
	const node = inspections.get(probe.on);
	if (!node || node instanceof Error || !node.cgroups) return unknown(subject);
	const groups = node.cgroups.filter(({ path }) => fits(`^(?:${probe.path})$`, path));
	if (probe.absent) return outcome(groups.length === 0, { subject, wanted: absent, seen: present });
	if (groups.length === 0) return outcome(false, { subject, wanted: present, seen: absent });
	const outcomes = groups.map((group) => {
		const own = `${probe.on}:/sys/fs/cgroup${group.path.replace(/^\/$/, '')}`;
		const parts: Outcome[] = [];
		if (probe.file !== undefined) parts.push(evaluateCgroupFile(probe, group, own));
		if (probe.procs)
			parts.push(
				outcome(within(probe.procs, group.procs.length), {
					subject: `${own}/cgroup.procs`,
					wanted: showAmount(probe.procs),
					seen: String(group.procs.length),
				}),
			);
		return every(parts);
	});
	return outcomes.find((one) => one.verdict === 'true') ?? outcomes[0] ?? unknown(subject);
}

function recordsOf(probe: EngineProbe, facts: NodeFacts): object[] {
	const { name } = probe;
	if (probe.probe === 'image')
		return facts.images.filter(
			({ tags }) => name === undefined || tags.includes(name) || tags.includes(`${name}:latest`),
		);
	const all = probe.probe === 'container' ? facts.containers : facts.volumes;
	return all.filter((one) => same(name, one.name));
}

/** What the container engine of a node keeps. */
export function evaluateEngine(probe: EngineProbe, { facts }: GuestEvidence): Outcome {
	const subject = [probe.on, '·', probe.probe, probe.name ?? ''].join(' ').trim();
	const node = facts.get(probe.on);
	if (!node || node instanceof Error) return unknown(subject);
	const named = recordsOf(probe, node);
	const found = named.filter((one) => probe.where.every((clause) => holds(one, clause)));
	const about = probe.where.map((clause) => `${clause.path} ${showClause(clause)}`).join(', ');
	const counted = outcome(within(probe.count, found.length), {
		subject: about === '' ? subject : `${subject} · ${about}`,
		wanted: showAmount(probe.count),
		seen: String(found.length),
	});
	const [only] = named;
	// The one that is meant is there, but not as it should be: each field says more than a number.
	if (counted.verdict === 'true' || probe.name === undefined || !only || found.length > 0)
		return counted;
	const clauses = probe.where.map((clause) =>
		outcome(holds(only, clause), {
			subject: `${subject} ${clause.path}`,
			wanted: showClause(clause),
			seen: show(valueAt(only, clause.path)),
		}),
	);
	const fields = every(clauses);
	return fields.verdict === 'false' ? fields : counted;
}
