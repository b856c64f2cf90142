import type { ProcessFact } from '../../src/api/agent.ts';
import type { NodeFacts } from '../../src/api/node.ts';
import type { CgroupFact, NodeInspection } from '../../src/api/inspect.ts';
import type { MachineMoment } from './fixture-inspect.ts';

/** As often as pictures ask. */
const tickMs = 600;
/** In so many containers something begins or ends between two answers: some twenty changes a second on five nodes. */
const perTick = 3;

/** The same machine `ms` later, when everything on it has something to do. */
export function busyFacts(facts: NodeFacts, ms: number): NodeFacts {
	const tick = Math.floor(ms / tickMs);
	const changed = (pid: number) => Math.floor(pid / 3) % 20 === tick % 20;
	return {
		...facts,
		processes: facts.processes.map((one) => later(one, tick, changed(one.pid))),
	};
}

/** A worker that was begun anew has another number; all of them have computed. */
function later(one: ProcessFact, tick: number, changed: boolean): ProcessFact {
	if (one.pid < 1000) return one;
	const isFirst = one.nspid.at(-1) === 1;
	const pid = changed && !isFirst ? one.pid + 3000 + tick : one.pid;
	return {
		...one,
		pid,
		nspid: [pid, ...one.nspid.slice(1)],
		state: changed ? 'R' : one.state,
		rssBytes: one.rssBytes + (changed ? 40_960 * (tick % 10) : 0),
		cpuMs: one.cpuMs + 5 * tick,
	};
}

/** Every group uses memory and processor, every cable carries packets, some upper layers get a file. */
export function busyInspection(inspection: NodeInspection, ms: number): NodeInspection {
	const tick = Math.floor(ms / tickMs);
	return {
		...inspection,
		cgroups: (inspection.cgroups ?? []).map((one) => busyGroup(one, tick)),
		network: (inspection.network ?? []).map((space) => ({
			...space,
			links: space.links.map((one) => ({
				...one,
				rxPackets: one.rxPackets + tick,
				txPackets: one.txPackets + tick,
			})),
		})),
		layers: (inspection.layers ?? []).map((overlay, index) => {
			if (index % Math.floor(60 / perTick) !== tick % Math.floor(60 / perTick)) return overlay;
			const [upper, ...rest] = overlay.sheets;
			if (!upper) return overlay;
			const entries = [...upper.entries, { path: `tmp/${tick}`, size: 1, type: 'file' as const }];
			return { ...overlay, sheets: [{ ...upper, entries }, ...rest] };
		}),
	};
}

function busyGroup(one: CgroupFact, tick: number): CgroupFact {
	const { 'memory.current': memory = '', 'cpu.stat': cpu = '' } = one.files;
	return {
		...one,
		files: {
			...one.files,
			'memory.current': String(Number(memory) + 65_536 * (tick % 8)),
			'cpu.stat': cpu.replace(
				/usage_usec (\d+)/,
				(_, usec) => `usage_usec ${+usec + 60_000 * tick}`,
			),
		},
	};
}

/** Five machines with sixty containers and two hundred processes each. */
export const busyMachines = (many: () => MachineMoment): Record<string, MachineMoment> =>
	Object.fromEntries(
		Array.from({ length: 5 }, (_, index) => [`node-${index + 1}`, many()] as const),
	);
