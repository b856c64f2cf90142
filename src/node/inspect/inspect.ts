import type { Agent } from '../../api/agent.ts';
import type { InspectPart, NodeInspection } from '../../api/inspect.ts';

/** Reads these parts of the kernel's state. */
export async function inspect(_agent: Agent, parts: InspectPart[]): Promise<NodeInspection> {
	throw new Error(`inspect: ${parts.join(', ')}: not read yet`);
}
