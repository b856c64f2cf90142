import type { Agent } from '../../api/agent.ts';
import { initLayerOps } from './container-files.ts';
import { tryOps } from './kernel.ts';
import { dockerRoot } from './paths.ts';

/**
 * Makes again what the engine made at its own start and every container needs, when a start failed because somebody
 * has removed it; answers whether a second try is worth while.
 * Unlike Docker: dockerd wants to be restarted for that.
 */
export async function mendDirectories(agent: Agent, error: unknown): Promise<boolean> {
	const { errno, message } = error as { errno?: string; message: string };
	if (errno !== 'ENOENT' || !message.includes(dockerRoot)) return false;
	await tryOps(agent, initLayerOps());
	return true;
}
