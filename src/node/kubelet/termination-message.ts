import type { Container } from '../../api/engine.ts';
import type { KubeletDeps } from './config.ts';
import { messageSource } from './labels.ts';
import { isRunning, startFailed, type PodRuntime } from './pod-runtime.ts';

const maxBytes = 4096;
/** After pkg/kubelet/container: MaxContainerTerminationMessageLogLength and -Lines */
const maxLogBytes = 2048;
const maxLogLines = 80;

/** The last words containers left in their termination message file, or in their log. */
export class TerminationMessages {
	readonly #deps: KubeletDeps;
	readonly #messages = new Map<string, string>();

	constructor(deps: KubeletDeps) {
		this.#deps = deps;
	}
	of(containerId: string): string | undefined {
		return this.#messages.get(containerId);
	}
	/** Reads the messages of containers that have ended since the last call, in one request. */
	async collect(runtime: PodRuntime): Promise<void> {
		const ended = [...runtime.containers.values()]
			.flat()
			.filter((c) => !isRunning(c) && c.state === 'exited' && !startFailed(c))
			.filter((c) => !this.#messages.has(c.id));
		if (ended.length === 0) return;
		const ops = ended.map((container) => ({
			op: 'read' as const,
			path: messageSource(container).file,
			max: maxBytes,
		}));
		const results = await this.#deps.agent.batch(ops, { keepGoing: true });
		for (const [index, container] of ended.entries()) {
			const result = results[index];
			const bytes = result?.ok ? result.data : undefined;
			const text = new TextDecoder().decode(bytes?.subarray(0, maxBytes));
			this.#messages.set(container.id, text || (await this.#fromLogs(container)));
		}
	}
	/** Drops messages of containers the engine no longer has. */
	retain(ids: Set<string>): void {
		for (const id of this.#messages.keys()) if (!ids.has(id)) this.#messages.delete(id);
	}
	async #fromLogs(container: Container): Promise<string> {
		if (!messageSource(container).fromLogs || container.exitCode === 0) return '';
		const decoder = new TextDecoder();
		let text = '';
		for await (const entry of this.#deps.engine.logs(container.id, { tail: maxLogLines }))
			text += decoder.decode(entry.data);
		return text.slice(-maxLogBytes);
	}
}
