import type { Agent } from '../api/agent.ts';
import { runOps } from './engine/kernel.ts';

/** Lays a file into the guest, with the directories above it; no program of the guest runs for that. */
export async function putFile(agent: Agent, path: string, content: string): Promise<void> {
	const folder = path.slice(0, Math.max(1, path.lastIndexOf('/')));
	await runOps(agent, [
		{ op: 'mkdir', path: folder, parents: true },
		{ op: 'write', path, data: content, mode: 0o644 },
	]);
}
