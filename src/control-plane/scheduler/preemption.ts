import type { Pod } from '../../api/kubernetes.ts';
import { prepareFilters } from './algorithm.ts';
import { fitErrorMessage, type NodeVerdict } from './decision.ts';
import type { Cycle } from './framework.ts';
import type { NodeInfo } from './node-info.ts';

/** A node, and the pods that would have to go. */
export interface Candidate {
	node: string;
	victims: Pod[];
}

export interface PreemptionResult {
	candidate?: Candidate;
	/** Why it would not help, in upstream's words. */
	message: string;
}

const notHelpful = 'Preemption is not helpful for scheduling';
const noVictims = 'No preemption victims found for incoming pod';

function priorityOf(pod: Pod): number {
	return pod.spec.priority ?? 0;
}

/** More important first: higher priority, then who started earlier. */
function byImportance(a: Pod, b: Pod): number {
	const [timeA, timeB] = [a, b].map(
		({ status, metadata }) => status.startTime ?? metadata.creationTimestamp,
	);
	return priorityOf(b) - priorityOf(a) || ((timeA ?? '') < (timeB ?? '') ? -1 : 1);
}

/** The fewest pods whose deletion makes room. After plugins/defaultpreemption: SelectVictimsOnNode */
function selectVictims(cycle: Cycle, node: NodeInfo): Pod[] {
	const lower = node.pods.filter((pod) => priorityOf(pod) < priorityOf(cycle.pod));
	if (lower.length === 0) return [];
	const kept = node.pods.filter((pod) => !lower.includes(pod));
	const fits = (pods: Pod[]) => {
		const changed = node.withPods(pods);
		const nodes = cycle.nodes.map((each) => (each.name === node.name ? changed : each));
		return !prepareFilters({ ...cycle, nodes })(changed);
	};
	if (!fits(kept)) return [];
	const victims: Pod[] = [];
	for (const pod of [...lower].sort(byImportance)) {
		if (fits([...kept, pod])) kept.push(pod);
		else victims.push(pod);
	}
	return victims;
}

/** Prefers less important victims, then fewer. After pkg/scheduler/framework/preemption: pickOneNodeForPreemption */
function better(a: Candidate, b: Candidate): number {
	const highest = ({ victims }: Candidate) => Math.max(...victims.map(priorityOf));
	const sum = ({ victims }: Candidate) =>
		victims.reduce((total, pod) => total + priorityOf(pod), 0);
	return highest(a) - highest(b) || sum(a) - sum(b) || a.victims.length - b.victims.length;
}

/** Whether, and where, deleting less important pods would make room for the pod. */
export function findPreemption(cycle: Cycle, rejected: NodeVerdict[]): PreemptionResult {
	const total = cycle.nodes.length;
	if (cycle.pod.spec.preemptionPolicy === 'Never')
		return {
			message: 'not eligible due to preemptionPolicy=Never.',
		};
	const reasons: string[] = [];
	const candidates: Candidate[] = [];
	for (const verdict of rejected) {
		const node = cycle.nodes.find(({ name }) => name === verdict.node);
		if (!node || !verdict.resolvable) {
			reasons.push(notHelpful);
			continue;
		}
		const victims = selectVictims(cycle, node);
		if (victims.length === 0) reasons.push(noVictims);
		else candidates.push({ node: node.name, victims });
	}
	const [candidate] = candidates.sort(better);
	return candidate ? { candidate, message: '' } : { message: fitErrorMessage(total, reasons) };
}
