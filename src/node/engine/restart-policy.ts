import type { ContainerConfig } from '../../api/engine.ts';

const firstDelay = 100;
const longestDelay = 60_000;
const steadyAfter = 10_000;

/** Whether the container runs again after it ended. After internal/restartmanager: ShouldRestart. */
export function shouldRestart(
	policy: ContainerConfig['restart'],
	end: { exitCode: number; restartCount: number; manual: boolean },
): boolean {
	if (!policy || end.manual) return false;
	if (policy.name === 'always' || policy.name === 'unless-stopped') return true;
	if (policy.name !== 'on-failure' || end.exitCode === 0) return false;
	return policy.maximumRetryCount === 0 || end.restartCount < policy.maximumRetryCount;
}

/** The pause before the next start doubles; a run of ten seconds sets it back. */
export function nextDelay(previous: number, ranMs: number): number {
	if (previous === 0 || ranMs >= steadyAfter) return firstDelay;
	return Math.min(previous * 2, longestDelay);
}
