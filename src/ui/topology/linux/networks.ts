import type { PictureSources, PictureTable } from '../pictures.ts';
import { networkNode, type NetworkNode, type PlugView, type Space } from './network-view.ts';
import { networkWords } from './network-words.ts';

/** Readings that lie further apart than this say nothing about what moves now. */
const freshMs = 2500;

export function currentNetwork(
	{ state, inspect }: PictureSources,
	node = inspect.node,
): NetworkNode | undefined {
	const facts = state.facts.get(node);
	const inspected = inspect.nodes.get(node);
	if (!facts || !inspected?.now.network) return undefined;
	const { now, before, beforeAt, at } = inspected;
	const recent = beforeAt !== undefined && at - beforeAt < freshMs ? before : undefined;
	return networkNode({ node, facts, now, before: recent, flags: inspect.flags(node, facts) });
}

/** Why a socket is not in use; empty when it is. */
export function plugState(plug: PlugView): string {
	const { down, noCarrier } = networkWords();
	if (!plug.up) return down;
	return plug.carrier || plug.kind === 'bridge' ? '' : noCarrier;
}

export function networkRows(view: NetworkNode): PictureTable[] {
	const spaces = [view.host, ...view.spaces];
	const { up } = networkWords();
	return [
		{
			caption: networkWords().title(view.node),
			head: ['netns', 'link', 'kind', 'state', 'address', 'bridge', 'other end', 'RX', 'TX'],
			rows: spaces.flatMap((space) =>
				space.plugs.map((plug) => ({
					id: plug.id,
					cells: [
						space === view.host ? view.node : space.name,
						plug.name,
						plug.kind,
						plugState(plug) || up,
						plug.addresses.join(' ') || '–',
						plug.bridge ?? '–',
						otherEnd(view, spaces, plug),
						String(plug.rxPackets),
						String(plug.txPackets),
					],
				})),
			),
		},
		{
			caption: networkWords().own,
			head: ['netns', 'default', 'listens'],
			rows: spaces.map((space) => ({
				id: space.id,
				cells: [
					space === view.host ? view.node : space.name,
					space.gateway ? `${space.gateway.via} ${space.gateway.dev}` : '–',
					space.listens.join(' ') || '–',
				],
			})),
		},
		{
			caption: networkWords().gateWords,
			head: ['table', 'chain', 'rule', 'packets'],
			rows: view.gate.rules.map((rule) => ({
				id: rule.id,
				cells: [rule.table, rule.chain, rule.rule, String(rule.packets)],
			})),
		},
	];
}

function otherEnd(view: NetworkNode, spaces: readonly Space[], plug: PlugView): string {
	const cable = view.cables.find((one) => one.from === plug.id || one.to === plug.id);
	if (!cable) return '–';
	const id = cable.from === plug.id ? cable.to : cable.from;
	const space = spaces.find((one) => one.plugs.some((each) => each.id === id));
	const name = space?.plugs.find((each) => each.id === id)?.name ?? '';
	return `${space === view.host ? view.node : (space?.name ?? '')}:${name}`;
}

export function networkSummary(view: NetworkNode): string {
	return networkWords().summary(
		view.node,
		view.spaces.length,
		view.cables.length,
		view.gate.rules.length,
	);
}
