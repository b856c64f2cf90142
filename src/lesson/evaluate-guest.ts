import type { NamespaceKind, ProcessFact } from '../api/agent.ts';
import type { GuestResponse } from '../api/node.ts';
import { guestKey, httpKey, type GuestEvidence } from './evidence.ts';
import type { FileProbe, HttpProbe, Probe, ProcProbe, ShProbe } from './lesson.ts';
import { every, outcome, showAmount, unknown, within, type Outcome } from './outcome.ts';

function answered(probe: HttpProbe, answer: GuestResponse): boolean {
	if (answer.error !== undefined) return false;
	if (answer.status !== (probe.status ?? 200)) return false;
	return probe.body === undefined || new RegExp(probe.body, 'u').test(answer.body);
}

function showAnswer(answer: GuestResponse | undefined): string {
	if (!answer) return '–';
	return answer.error ?? `${answer.status} ${answer.body.trim().slice(0, 60)}`.trim();
}

function evaluateHttp(probe: HttpProbe, { http }: GuestEvidence): Outcome {
	const subject = `http ${probe.from} → ${probe.url ?? `Service ${probe.service ?? ''}`}`;
	const answers = http.get(httpKey(probe));
	if (!answers || answers instanceof Error) return unknown(subject);
	const bad = answers.filter((answer) => !answered(probe, answer));
	const failed = probe.failed ?? { eq: 0 };
	const enough = answers.length > 0 && within(failed, bad.length);
	const wanted = [`${probe.status ?? 200}`, probe.body ?? ''].join(' ').trim();
	const result = outcome(enough, {
		subject,
		wanted: probe.failed ? `failed ${showAmount(failed)}` : wanted,
		seen: answers.length === 0 ? { term: 'absent' } : showAnswer(bad[0] ?? answers[0]),
	});
	if (!probe.distinct) return result;
	const bodies = new Set(answers.filter((one) => one.error === undefined).map((one) => one.body));
	const different = outcome(within(probe.distinct, bodies.size), {
		subject: `${subject} · distinct`,
		wanted: showAmount(probe.distinct),
		seen: String(bodies.size),
	});
	return every([result, different]);
}

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
		(probe.comm === undefined || fact.comm === probe.comm) &&
		(probe.args === undefined || new RegExp(probe.args, 'u').test(fact.args.join(' '))) &&
		(probe.cgroup === undefined || new RegExp(probe.cgroup, 'u').test(fact.cgroup)) &&
		(probe.nspid === undefined || fact.nspid.at(-1) === probe.nspid)
	);
}

function evaluateProc(probe: ProcProbe, { facts }: GuestEvidence): Outcome {
	const subject = `${probe.on} · ${probe.comm ?? probe.args ?? 'processes'}`;
	const node = facts.get(probe.on);
	if (!node || node instanceof Error) return unknown(subject);
	const init = node.processes.find((process) => process.pid === 1);
	const count = node.processes.filter((process) => isProcess(probe, process, init)).length;
	return outcome(within(probe.count, count), {
		subject,
		wanted: showAmount(probe.count),
		seen: String(count),
	});
}

function evaluateFile(probe: FileProbe, { files }: GuestEvidence): Outcome {
	const subject = `${probe.on}:${probe.path}`;
	const content = files.get(guestKey(probe.on, probe.path));
	if (content === undefined || content instanceof Error) return unknown(subject);
	if (probe.absent)
		return outcome(content === null, {
			subject,
			wanted: { term: 'absent' },
			seen: { term: 'present' },
		});
	if (content === null)
		return outcome(false, { subject, wanted: { term: 'present' }, seen: { term: 'absent' } });
	const contains = probe.contains === undefined || content.includes(probe.contains);
	const matches = probe.matches === undefined || new RegExp(probe.matches, 'mu').test(content);
	return outcome(contains && matches, {
		subject,
		wanted: probe.contains ?? `~ ${probe.matches ?? ''}`,
		seen: content.trim().slice(0, 80),
	});
}

function evaluateSh(probe: ShProbe, { shells }: GuestEvidence): Outcome {
	const subject = `${probe.on} $ ${probe.run}`;
	const result = shells.get(guestKey(probe.on, probe.run));
	if (!result || result instanceof Error) return unknown(subject);
	const matches =
		probe.matches === undefined || new RegExp(probe.matches, 'mu').test(result.stdout);
	return outcome(result.code === 0 && matches, {
		subject,
		wanted: probe.matches === undefined ? 'exit 0' : `~ ${probe.matches}`,
		seen: result.code === 0 ? result.stdout.trim().slice(0, 80) : `exit ${result.code}`,
	});
}

/** Looks at what the guests answered; `unknown` where they did not. */
export function evaluateGuest(probe: Probe, guest: GuestEvidence): Outcome {
	switch (probe.probe) {
		case 'http':
			return evaluateHttp(probe, guest);
		case 'proc':
			return evaluateProc(probe, guest);
		case 'file':
			return evaluateFile(probe, guest);
		case 'sh':
			return evaluateSh(probe, guest);
		default:
			return unknown(probe.probe);
	}
}
