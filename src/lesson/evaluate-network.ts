import type { LinkFact, NetworkNamespaceFact, NodeInspection } from '../api/inspect.ts';
import type { GuestEvidence } from './evidence.ts';
import type { LinkProbe, NetworkPlace, PortProbe, RouteProbe, RuleProbe } from './lesson.ts';
import { every, outcome, showAmount, unknown, within, type Outcome } from './outcome.ts';
import { fits } from './pattern.ts';

const absent = { term: 'absent' } as const;
const present = { term: 'present' } as const;

function isPlace(space: NetworkNamespaceFact | undefined, place: NetworkPlace): boolean {
	if (!space) return false;
	const host = space.pids.includes(1);
	if (place === 'host') return host;
	return place === 'not-host' ? !host : space.names.includes(place);
}

const describePlace = (on: string, place: NetworkPlace) =>
	place === 'host' ? on : `${on} · netns ${place}`;

function networkOf(on: string, { inspections }: GuestEvidence): NodeInspection['network'] {
	const node = inspections.get(on);
	return node instanceof Error ? undefined : node?.network;
}

function isLink(
	probe: LinkProbe,
	link: LinkFact,
	here: NetworkNamespaceFact,
	all: readonly NetworkNamespaceFact[],
): boolean {
	const master = here.links.find(({ index }) => index === link.master)?.name;
	const other = all.find(({ inode }) => inode === link.peer?.netns);
	return (
		(probe.name === undefined || link.name === probe.name) &&
		(probe.kind === undefined || link.kind === probe.kind) &&
		(probe.master === undefined || master === probe.master) &&
		(probe.peer === undefined || isPlace(other, probe.peer)) &&
		(probe.up === undefined || link.up === probe.up) &&
		(probe.addr === undefined || link.addresses.some((one) => fits(probe.addr ?? '', one)))
	);
}

function describeLink(probe: LinkProbe): string {
	const parts = [
		probe.name ?? '',
		probe.kind ?? '',
		probe.master === undefined ? '' : `master ${probe.master}`,
		probe.peer === undefined ? '' : `peer ${probe.peer}`,
		probe.up === undefined ? '' : probe.up ? 'UP' : 'DOWN',
		probe.addr === undefined ? '' : `inet ~ ${probe.addr}`,
	];
	return ['link', ...parts.filter((part) => part !== '')].join(' ');
}

export function evaluateLink(probe: LinkProbe, guest: GuestEvidence): Outcome {
	const subject = `${describePlace(probe.on, probe.in)} · ${describeLink(probe)}`;
	const all = networkOf(probe.on, guest);
	if (!all) return unknown(subject);
	const count = all
		.filter((space) => isPlace(space, probe.in))
		.flatMap((space) => space.links.filter((link) => isLink(probe, link, space, all))).length;
	return outcome(within(probe.count, count), {
		subject,
		wanted: showAmount(probe.count),
		seen: String(count),
	});
}

export function evaluateRoute(probe: RouteProbe, guest: GuestEvidence): Outcome {
	const via = probe.via === undefined ? '' : ` via ${probe.via}`;
	const dev = probe.dev === undefined ? '' : ` dev ${probe.dev}`;
	const subject = `${describePlace(probe.on, probe.in)} · route ${probe.dst}`;
	const all = networkOf(probe.on, guest);
	if (!all) return unknown(subject);
	const routes = all
		.filter((space) => isPlace(space, probe.in))
		.flatMap((space) => space.routes)
		.filter(({ dst }) => dst === probe.dst);
	const found = routes.some(
		(route) =>
			(probe.via === undefined || route.via === probe.via) &&
			(probe.dev === undefined || route.dev === probe.dev),
	);
	if (probe.absent)
		return outcome(!found, { subject: `${subject}${via}${dev}`, wanted: absent, seen: present });
	const [other] = routes;
	const seen = other
		? `${other.via === undefined ? '' : `via ${other.via} `}dev ${other.dev}`
		: absent;
	return outcome(found, { subject, wanted: `${via}${dev}`.trim() || present, seen });
}

export function evaluateRule(probe: RuleProbe, { inspections }: GuestEvidence): Outcome {
	const chain = probe.chain === undefined ? '' : ` ${probe.chain}`;
	const subject = `${probe.on} · iptables -t ${probe.table}${chain} ~ ${probe.matches}`;
	const node = inspections.get(probe.on);
	if (!node || node instanceof Error || !node.rules) return unknown(subject);
	const found = node.rules.rules.filter(
		(rule) =>
			rule.table === probe.table &&
			(probe.chain === undefined || rule.chain === probe.chain) &&
			fits(probe.matches, rule.rule),
	);
	const counted = outcome(within(probe.count, found.length), {
		subject,
		wanted: showAmount(probe.count),
		seen: String(found.length),
	});
	if (!probe.packets) return counted;
	const packets = found.reduce((sum, rule) => sum + rule.packets, 0);
	const passed = outcome(within(probe.packets, packets), {
		subject: `${subject} · packets`,
		wanted: showAmount(probe.packets),
		seen: String(packets),
	});
	return every([counted, passed]);
}

export function evaluatePort(probe: PortProbe, guest: GuestEvidence): Outcome {
	const subject = `${describePlace(probe.on, probe.in)} · LISTEN :${probe.port}`;
	const all = networkOf(probe.on, guest);
	if (!all) return unknown(subject);
	const listens = all
		.filter((space) => isPlace(space, probe.in))
		.some((space) => space.listens.some(({ port }) => port === probe.port));
	return outcome(listens !== probe.absent, {
		subject,
		wanted: probe.absent ? absent : present,
		seen: listens ? present : absent,
	});
}
