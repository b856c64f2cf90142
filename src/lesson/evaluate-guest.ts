import type { GuestResponse } from '../api/node.ts';
import {
	evaluateCgroup,
	evaluateEngine,
	evaluateFile,
	evaluateMount,
	evaluateProc,
	evaluateSh,
} from './evaluate-kernel.ts';
import { evaluateLink, evaluatePort, evaluateRoute, evaluateRule } from './evaluate-network.ts';
import { httpKey, type GuestEvidence } from './evidence.ts';
import type {
	CgroupProbe,
	EngineProbe,
	FileProbe,
	HttpProbe,
	LinkProbe,
	MountProbe,
	PortProbe,
	ProcProbe,
	RouteProbe,
	RuleProbe,
	ShProbe,
} from './lesson.ts';
import { every, outcome, showAmount, unknown, within, type Outcome } from './outcome.ts';
import { fits } from './pattern.ts';

/** A probe whose answer comes from a machine. */
export type GuestProbe =
	| HttpProbe
	| ProcProbe
	| FileProbe
	| MountProbe
	| CgroupProbe
	| LinkProbe
	| RouteProbe
	| RuleProbe
	| PortProbe
	| EngineProbe
	| ShProbe;

function answered(probe: HttpProbe, answer: GuestResponse): boolean {
	if (answer.error !== undefined) return false;
	if (answer.status !== (probe.status ?? 200)) return false;
	return probe.body === undefined || fits(probe.body, answer.body);
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

/** Looks at what the guests answered; `unknown` where they did not. */
export function evaluateGuest(probe: GuestProbe, guest: GuestEvidence): Outcome {
	switch (probe.probe) {
		case 'http':
			return evaluateHttp(probe, guest);
		case 'proc':
			return evaluateProc(probe, guest);
		case 'file':
			return evaluateFile(probe, guest);
		case 'sh':
			return evaluateSh(probe, guest);
		case 'mount':
			return evaluateMount(probe, guest);
		case 'cgroup':
			return evaluateCgroup(probe, guest);
		case 'link':
			return evaluateLink(probe, guest);
		case 'route':
			return evaluateRoute(probe, guest);
		case 'rule':
			return evaluateRule(probe, guest);
		case 'port':
			return evaluatePort(probe, guest);
		default:
			return evaluateEngine(probe, guest);
	}
}
