import type { ProcessFact } from '../../api/agent.ts';

/** One row of `docker top`, with the node's own process numbers. */
export interface TopRow {
	pid: number;
	ppid: number;
	user: string;
	time: string;
	command: string;
}

/** The processes in a container's cgroup, or in one made below it. */
export function topRows(processes: readonly ProcessFact[], cgroup: string): TopRow[] {
	const inside = (fact: ProcessFact) => {
		const path = fact.cgroup.replace(/^\//, '');
		return path === cgroup || path.startsWith(`${cgroup}/`);
	};
	return processes.filter(inside).map((fact) => ({
		pid: fact.pid,
		ppid: fact.ppid,
		user: fact.uid === 0 ? 'root' : String(fact.uid),
		time: cpuTime(fact.cpuMs),
		command: fact.args.length > 0 ? fact.args.join(' ') : `[${fact.comm}]`,
	}));
}

function cpuTime(ms: number): string {
	const seconds = Math.floor(ms / 1000);
	const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60];
	return parts.map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');
}
