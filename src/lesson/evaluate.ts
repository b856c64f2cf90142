import type { KubeObject, Pod } from '../api/kubernetes.ts';
import { matchLabels, parseLabelSelector } from '../client/selectors.ts';
import { readyAddresses } from './api-store.ts';
import { evaluateGuest } from './evaluate-guest.ts';
import { processesOf } from './evaluate-kernel.ts';
import { guestKey, type Evidence, type Journal } from './evidence.ts';
import type {
	AnswerProbe,
	CommandProbe,
	EventProbe,
	InvariantProbe,
	ObjectProbe,
	ObjectsProbe,
	Probe,
	RequestsProbe,
	WhereClause,
} from './lesson.ts';
import {
	every,
	negate,
	outcome,
	showAmount,
	some,
	unknown,
	within,
	yes,
	type Outcome,
} from './outcome.ts';
import { holds, show, showClause, valueAt } from './path.ts';
import { fits } from './pattern.ts';

function evaluateClause(subject: string, object: KubeObject, clause: WhereClause): Outcome {
	return outcome(holds(object, clause), {
		subject: `${subject} ${clause.path}`,
		wanted: showClause(clause),
		seen: show(valueAt(object, clause.path)),
	});
}

function evaluateObject(probe: ObjectProbe, { api }: Evidence): Outcome {
	const subject = `${probe.kind} ${probe.name}`;
	const object = api.get(probe.kind, probe.ns, probe.name);
	if (probe.absent)
		return outcome(!object, { subject, wanted: { term: 'absent' }, seen: { term: 'present' } });
	if (!object)
		return outcome(false, { subject, wanted: { term: 'present' }, seen: { term: 'absent' } });
	return every(probe.where.map((clause) => evaluateClause(subject, object, clause)));
}

function isOwnedBy(object: KubeObject, owner: string | undefined): boolean {
	if (owner === undefined) return true;
	const [kind = '', name = ''] = owner.split('/');
	return (object.metadata.ownerReferences ?? []).some(
		(one) => one.controller === true && one.kind === kind && one.name.startsWith(name),
	);
}

function evaluateObjects(probe: ObjectsProbe, { api, journal }: Evidence): Outcome {
	const selector = parseLabelSelector(probe.labels);
	const found = api
		.list(probe.kind, probe.ns)
		.filter((object) => !probe.fresh || !journal.known.has(object.metadata.uid))
		.filter((object) => isOwnedBy(object, probe.owner))
		.filter((object) => matchLabels(selector, object.metadata.labels))
		.filter((object) => probe.where.every((clause) => holds(object, clause)));
	const about = probe.where.map((clause) => `${clause.path} ${showClause(clause)}`).join(', ');
	const owner = probe.owner === undefined ? '' : `← ${probe.owner}`;
	const subject = [`${probe.kind}`, probe.labels, owner, about]
		.filter((part) => part !== '')
		.join(' · ');
	const count = outcome(within(probe.count, found.length), {
		subject,
		wanted: showAmount(probe.count),
		seen: String(found.length),
	});
	if (!probe.nodes) return count;
	const nodes = new Set(found.map((pod) => (pod as Pod).spec.nodeName ?? ''));
	const spread = outcome(within(probe.nodes, nodes.size), {
		subject: `${subject} · spec.nodeName`,
		wanted: showAmount(probe.nodes),
		seen: String(nodes.size),
	});
	return every([count, spread]);
}

function evaluateEvent(probe: EventProbe, { journal }: Evidence): Outcome {
	const found = journal.events.some(
		({ reason, message, involvedObject: about }) =>
			reason === probe.reason &&
			(probe.kind === undefined || about.kind === probe.kind) &&
			(about.name ?? '').startsWith(probe.name ?? '') &&
			(probe.message === undefined || fits(probe.message, message ?? '')),
	);
	return outcome(found, {
		subject: `Event ${probe.reason}`,
		wanted: { term: 'happened' },
		seen: { term: 'not-yet' },
	});
}

function evaluateRequests(probe: RequestsProbe, { requests, journal }: Evidence): Outcome {
	const marks = requests
		.since(journal.since)
		.filter((mark) => probe.service === undefined || mark.service === probe.service);
	const hosts = new Set(marks.flatMap((mark) => mark.host ?? []));
	const failed = marks.filter((mark) => !mark.ok).length;
	const amounts = [
		{ amount: probe.count, value: marks.length, subject: 'requests' },
		{ amount: probe.failed, value: failed, subject: 'requests failed' },
		{ amount: probe.hosts, value: hosts.size, subject: 'pods that answered' },
	];
	const counted = amounts.map(({ amount, value, subject }) =>
		amount === undefined
			? yes
			: outcome(within(amount, value), { subject, wanted: showAmount(amount), seen: `${value}` }),
	);
	const seen = [...new Set(marks.flatMap((mark) => mark.version ?? []))].sort();
	const versions = probe.versions.map((version) =>
		outcome(seen.includes(version), {
			subject: 'versions that answered',
			wanted: `v${version}`,
			seen: seen.map((one) => `v${one}`).join(' ') || { term: 'not-yet' },
		}),
	);
	return every([...counted, ...versions]);
}

const invariantKey = (probe: InvariantProbe) => `${probe.service} ${showAmount(probe.ready)}`;

/** Writes down how many endpoints are ready now; counting begins when the bounds hold for the first time. */
export function recordInvariant(
	probe: InvariantProbe,
	api: Evidence['api'],
	journal: Journal,
): void {
	const key = invariantKey(probe);
	const count = readyAddresses(api, probe.service).length;
	const range = journal.invariants.get(key);
	if (!range && !within(probe.ready, count)) return;
	const { low, high } = range ?? { low: count, high: count };
	journal.invariants.set(key, { low: Math.min(low, count), high: Math.max(high, count) });
}

function evaluateInvariant(probe: InvariantProbe, { journal }: Evidence): Outcome {
	const range = journal.invariants.get(invariantKey(probe));
	const kept = range && within(probe.ready, range.low) && within(probe.ready, range.high);
	return outcome(kept === true, {
		subject: `Service ${probe.service} · ready endpoints`,
		wanted: showAmount(probe.ready),
		seen: range ? `${range.low}…${range.high}` : { term: 'not-yet' },
	});
}

/** A pattern as somebody would say it who has not learned patterns: `^\S*(curl|wget) .*:8080` is `curl|wget … :8080`. */
function inWords(pattern: string): string {
	return pattern
		.replaceAll(/\\[Ssb]\*?|[\^$?()]/g, '')
		.replaceAll(/\.[*+]/g, '…')
		.replaceAll(/\\(.)/g, '$1')
		.split('…')
		.map((part) => part.trim())
		.join(' … ')
		.trim();
}

function evaluateCommand(probe: CommandProbe, { journal }: Evidence): Outcome {
	const { exit } = probe;
	const here = journal.commands.filter(({ node }) => probe.on === undefined || probe.on === node);
	const { last } = probe;
	const counts = last === undefined ? here : here.filter(({ line }) => fits(last, line)).slice(-1);
	const ran = counts.filter(({ line }) => fits(probe.matches, line));
	const found = ran.some(
		({ code }) => exit === undefined || (code !== undefined && within(exit, code)),
	);
	const code = ran.at(-1)?.code;
	return outcome(found, {
		subject: `$ ${inWords(probe.matches)}`,
		wanted: exit === undefined ? { term: 'happened' } : `exit ${showAmount(exit)}`,
		seen:
			ran.length === 0
				? { term: 'not-typed' }
				: code === undefined
					? { term: 'running' }
					: `exit ${code}`,
	});
}

/** What an answer is compared with: undefined when nobody could be asked. */
function expected(probe: AnswerProbe, { api, guest }: Evidence): string[] | undefined {
	const { fact, sh, pid } = probe;
	if (fact) return [show(valueAt(api.get(fact.kind, fact.ns, fact.name), fact.path))];
	if (sh) {
		const result = guest.shells.get(guestKey(sh.on, sh.run));
		if (!result || result instanceof Error) return undefined;
		return result.stdout.split('\n').map((line) => line.trim());
	}
	if (pid) {
		const facts = guest.facts.get(pid.on);
		if (!facts || facts instanceof Error) return undefined;
		return processesOf(pid, facts).map((process) => String(process.pid));
	}
	return [probe.value ?? ''];
}

/** An answer as it was meant: digits, letters and points as Chinese input methods type them are the plain ones. */
const halfWidth = (given: string): string => given.normalize('NFKC').replaceAll('。', '.').trim();

function evaluateAnswer(probe: AnswerProbe, evidence: Evidence): Outcome {
	const given = halfWidth(evidence.journal.answers[probe.field] ?? '');
	const wanted = { subject: probe.field, wanted: { term: 'right-answer' as const } };
	if (given === '') return outcome(false, { ...wanted, seen: { term: 'no-answer' } });
	if (probe.matches !== undefined)
		return outcome(fits(probe.matches, given), { ...wanted, seen: given });
	const right = expected(probe, evidence);
	return right ? outcome(right.includes(given), { ...wanted, seen: given }) : unknown(probe.field);
}

function evaluateQuiz(id: string, { journal }: Evidence): Outcome {
	return outcome(journal.quizzes.has(id), {
		subject: id,
		wanted: { term: 'right-answer' },
		seen: { term: 'no-answer' },
	});
}

/** Looks whether a probe holds now. Throws for nothing: what cannot be seen is `unknown`. */
export function evaluate(probe: Probe, evidence: Evidence): Outcome {
	switch (probe.probe) {
		case 'object':
			return evaluateObject(probe, evidence);
		case 'objects':
			return evaluateObjects(probe, evidence);
		case 'event':
			return evaluateEvent(probe, evidence);
		case 'requests':
			return evaluateRequests(probe, evidence);
		case 'invariant':
			return evaluateInvariant(probe, evidence);
		case 'command':
			return evaluateCommand(probe, evidence);
		case 'answer':
			return evaluateAnswer(probe, evidence);
		case 'quiz':
			return evaluateQuiz(probe.id, evidence);
		case 'all':
			return every(probe.of.map((one) => evaluate(one, evidence)));
		case 'any':
			return some(probe.of.map((one) => evaluate(one, evidence)));
		case 'not':
			return negate(evaluate(probe.of, evidence), probe.of.probe);
		default:
			return evaluateGuest(probe, evidence.guest);
	}
}
