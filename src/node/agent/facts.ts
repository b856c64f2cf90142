import type { NamespaceKind, ProcessFact } from '../../api/agent.ts';
import { findAttribute, type Attribute } from './attributes.ts';
import { attribute as a } from './protocol.ts';

/** The order in which the agent sends namespaces. */
const namespaces: NamespaceKind[] = ['pid', 'mnt', 'net', 'uts', 'ipc', 'user', 'cgroup', 'time'];
/** Fields before the list of PIDs: pid ppid uid rss cpu start state, eight namespaces. */
const numbers = 7;

function readFact(item: Attribute): ProcessFact {
	const view = findAttribute(item.list, a.data)?.view ?? new DataView(new ArrayBuffer(256));
	const at = (index: number): number => view.getUint32(4 * index, true);
	const ns: ProcessFact['ns'] = {};
	for (const [index, kind] of namespaces.entries())
		if (at(numbers + index)) ns[kind] = at(numbers + index);
	const nspid: number[] = [];
	for (let i = numbers + namespaces.length; 4 * i + 4 <= view.byteLength; i++) nspid.push(at(i));
	const args = findAttribute(item.list, a.arg)?.text ?? '';
	return {
		pid: at(0),
		ppid: at(1),
		uid: at(2),
		rssBytes: at(3) * 1024,
		cpuMs: at(4),
		startMs: at(5),
		state: String.fromCharCode(at(6)),
		ns,
		nspid,
		comm: findAttribute(item.list, a.name)?.text ?? '',
		args: args ? args.split('\0') : [],
		cgroup: findAttribute(item.list, a.cgroup)?.text ?? '/',
	};
}

/** The processes of a `processes` answer. */
export function readFacts(list: Attribute[]): ProcessFact[] {
	return list.filter((item) => item.tag === a.process).map(readFact);
}
