import type { Container, HttpGetAction, IntOrString, Pod, Probe } from '../../api/kubernetes.ts';
import type { KubeletDeps } from './config.ts';
import { goDuration } from './crash-backoff.ts';
import { dialErrorText } from './dial-error.ts';
import { execOutput } from './exec-output.ts';
import { expand } from './expansion.ts';
import { httpGet, HttpGetError, type HttpAnswer } from './http-get.ts';

/** `unknown`: the probe itself could not be made. */
export interface ProbeOutcome {
	result: 'success' | 'failure' | 'unknown';
	output: string;
}

export interface ProbeTarget {
	pod: Pod;
	container: Container;
	containerId: string;
	podIp: string;
}

/** A port by number, or by the name a container gives it. After pkg/probe/util.go: ResolveContainerPort */
export function resolvePort(port: IntOrString, container: Container): number {
	const byName = (container.ports ?? []).find(({ name }) => name === String(port));
	const number = byName?.containerPort ?? Number(port);
	if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
	throw new Error(`couldn't find port: ${JSON.stringify(port)} in container ${container.name}`);
}

async function follow(
	deps: KubeletDeps,
	target: ProbeTarget,
	action: HttpGetAction,
	timeoutMs: number,
): Promise<HttpAnswer> {
	const address = action.host || target.podIp;
	const port = resolvePort(action.port, target.container);
	const path = action.path?.startsWith('/') ? action.path : `/${action.path ?? ''}`;
	const get = {
		address,
		port,
		path,
		scheme: action.scheme ?? 'HTTP',
		headers: action.httpHeaders ?? [],
		timeoutMs,
	} as const;
	let answer = await httpGet(deps.agent, deps.clock, get);
	for (let hop = 0; hop < 10 && isLocalRedirect(answer, address, port); hop++)
		answer = await httpGet(deps.agent, deps.clock, { ...get, path: pathOf(answer.location) });
	return answer;
}

function pathOf(location = '/'): string {
	return location.replace(/^https?:\/\/[^/]+/, '') || '/';
}

function isLocalRedirect(answer: HttpAnswer, address: string, port: number): boolean {
	if (![301, 302, 303, 307, 308].includes(answer.status) || !answer.location) return false;
	const host = /^https?:\/\/([^/]+)/.exec(answer.location)?.[1];
	return host === undefined || host === `${address}:${port}`;
}

/** After pkg/probe/http/http.go: DoHTTPProbe */
async function probeHttp(
	deps: KubeletDeps,
	target: ProbeTarget,
	action: HttpGetAction,
	timeoutMs: number,
): Promise<ProbeOutcome> {
	try {
		const { status } = await follow(deps, target, action, timeoutMs);
		if (status >= 200 && status < 400) return { result: 'success', output: '' };
		return { result: 'failure', output: `HTTP probe failed with statuscode: ${status}` };
	} catch (error) {
		const result = error instanceof HttpGetError ? 'failure' : 'unknown';
		return { result, output: (error as Error).message };
	}
}

/** After pkg/probe/tcp/tcp.go: DoTCPProbe */
async function probeTcp(
	deps: KubeletDeps,
	target: ProbeTarget,
	action: NonNullable<Probe['tcpSocket']>,
	timeoutMs: number,
): Promise<ProbeOutcome> {
	const address = action.host || target.podIp;
	const port = resolvePort(action.port, target.container);
	try {
		(await deps.agent.dial({ address, port, timeoutMs })).close();
		return { result: 'success', output: '' };
	} catch (error) {
		return { result: 'failure', output: dialErrorText(error, address, port) };
	}
}

/** After pkg/probe/exec/exec.go: Probe */
async function probeExec(
	deps: KubeletDeps,
	target: ProbeTarget,
	command: string[],
	timeoutMs: number,
): Promise<ProbeOutcome> {
	const own = new Map((target.container.env ?? []).map(({ name, value }) => [name, value]));
	const cmd = command.map((text) => expand(text, (name) => own.get(name)));
	const { code, output, timedOut } = await execOutput(deps, target.containerId, { cmd }, timeoutMs);
	if (timedOut) {
		const text = `command timed out: "${cmd.join(' ')}" timed out after ${goDuration(timeoutMs)}`;
		return { result: 'failure', output: text };
	}
	return { result: code === 0 ? 'success' : 'failure', output };
}

/** Makes one probe. After pkg/kubelet/prober/prober.go: runProbe */
export async function runProbe(
	deps: KubeletDeps,
	target: ProbeTarget,
	probe: Probe,
): Promise<ProbeOutcome> {
	const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
	try {
		if (probe.exec) return await probeExec(deps, target, probe.exec.command ?? [], timeoutMs);
		if (probe.httpGet) return await probeHttp(deps, target, probe.httpGet, timeoutMs);
		if (probe.tcpSocket) return await probeTcp(deps, target, probe.tcpSocket, timeoutMs);
		return { result: 'unknown', output: 'gRPC probes are not supported by this node' };
	} catch (error) {
		return { result: 'unknown', output: (error as Error).message };
	}
}
