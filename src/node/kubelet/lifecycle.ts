import type { Container, Pod, ProbeHandler } from '../../api/kubernetes.ts';
import type { KubeletDeps } from './config.ts';
import { execOutput } from './exec-output.ts';
import { httpGet } from './http-get.ts';
import { resolvePort } from './probe-run.ts';

type Handler = ProbeHandler & { sleep?: { seconds: number } };

export interface HookTarget {
	pod: Pod;
	container: Container;
	containerId: string;
	podIp: string;
}

/** Runs a postStart or preStop hook; throws when it failed. After pkg/kubelet/lifecycle/handlers.go: Run */
export async function runHook(
	deps: KubeletDeps,
	target: HookTarget,
	handler: Handler,
	timeoutMs: number,
	signal: AbortSignal,
): Promise<void> {
	if (handler.exec) {
		const cmd = handler.exec.command ?? [];
		const { code, output } = await execOutput(deps, target.containerId, { cmd }, timeoutMs);
		if (code !== 0)
			throw new Error(`command '${cmd.join(' ')}' exited with ${code}: ${output.trim()}`);
	} else if (handler.httpGet) {
		const { host, port, path = '/', scheme = 'HTTP', httpHeaders = [] } = handler.httpGet;
		const answer = await httpGet(deps.agent, deps.clock, {
			address: host || target.podIp,
			port: resolvePort(port, target.container),
			path: path.startsWith('/') ? path : `/${path}`,
			scheme,
			headers: httpHeaders,
			timeoutMs,
		});
		if (answer.status >= 400) throw new Error(`HTTP hook failed with statuscode: ${answer.status}`);
	} else if (handler.sleep) await deps.clock.sleep(handler.sleep.seconds * 1000, signal);
	else throw new Error('invalid handler: exec, httpGet or sleep is needed');
}
