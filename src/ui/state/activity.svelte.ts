import { SvelteSet } from 'svelte/reactivity';
import type { GuestEvent } from '../../api/agent.ts';
import type { Cluster } from '../../api/cluster.ts';
import type { AuditEvent } from '../../api/node.ts';
import { consoleLog, logged } from '../../util/log.ts';
import { ProcessParents } from './process-parents.ts';

/** A `kubectl` or `docker` that somebody ran in a machine's shell. */
export interface TypedCommand {
	id: number;
	node: string;
	pid: number;
	args: string[];
	/** Milliseconds since 1970. */
	began: number;
	ended?: number;
	code?: number;
}

const followed = ['kubectl', 'docker'];
const keptCommands = 50;
const keptAudit = 3000;
const auditEveryMs = 1000;

/** What was asked of the cluster and by whom: commands in the shells, writes to the API server. */
export class Activity {
	/** Oldest first. */
	commands = $state.raw<TypedCommand[]>([]);
	/** The API server's write log, oldest first. */
	audit = $state.raw<AuditEvent[]>([]);
	/** Called when a program that a shell of a terminal has started begins, and when it ends. */
	onProgram: (node: string) => void = () => undefined;
	readonly #isShell: (node: string, pid: number) => boolean;
	/** What lessons look at starts programs too. */
	readonly #parents = new ProcessParents();
	/** Programs of the shells that have not ended, as `node/pid`. */
	readonly #running = new SvelteSet<string>();
	#next = 1;

	/** `isShell` knows the shells of the terminals: only what comes from one of them was typed. */
	constructor(isShell: (node: string, pid: number) => boolean) {
		this.#isShell = isShell;
	}

	/** Listens until the signal. */
	follow(cluster: Cluster, signal: AbortSignal): void {
		this.commands = [];
		this.audit = [];
		this.#running.clear();
		const stop = cluster.onGuestEvent((node, event) => this.hear(node, event));
		signal.addEventListener('abort', stop);
		if (cluster.runs !== 'kubernetes') return;
		const ended = logged(consoleLog, 'page', 'the audit log is not read any more');
		this.#readAudit(cluster, signal).catch(ended);
	}
	hear(node: string, event: GuestEvent): void {
		if (event.type === 'fork') this.#parents.forked(node, event.pid, event.ppid);
		else if (event.type === 'exec') this.#began(node, event);
		else if (event.type === 'exit') this.#ended(node, event);
	}
	command(id: number | undefined): TypedCommand | undefined {
		return this.commands.find((one) => one.id === id);
	}

	#began(node: string, { pid, ppid, args, time }: GuestEvent & { type: 'exec' }): void {
		if (!this.#parents.descends(node, ppid, (one) => this.#isShell(node, one))) return;
		this.#running.add(`${node}/${pid}`);
		this.onProgram(node);
		const name = args[0]?.split('/').at(-1) ?? '';
		if (!followed.includes(name)) return;
		const command = { id: this.#next++, node, pid, args: [name, ...args.slice(1)], began: time };
		this.commands = [...this.commands, command].slice(-keptCommands);
	}
	#ended(node: string, { pid, time, status }: GuestEvent & { type: 'exit' }): void {
		if (this.#running.delete(`${node}/${pid}`)) this.onProgram(node);
		const own = this.commands.findLast((one) => one.node === node && one.pid === pid);
		if (!own || own.ended !== undefined) return;
		const done = { ...own, ended: time, code: status.code };
		this.commands = this.commands.map((one) => (one.id === own.id ? done : one));
	}
	async #readAudit(cluster: Cluster, signal: AbortSignal): Promise<void> {
		let since = 0;
		while (!signal.aborted) {
			if (!document.hidden) {
				// A control plane that is busy or gone is asked again.
				const read = await cluster.audit(since).catch(() => undefined);
				if (read) since = read.next;
				if (read?.events.length) this.audit = [...this.audit, ...read.events].slice(-keptAudit);
			}
			await new Promise((resolve) => setTimeout(resolve, auditEveryMs));
		}
	}
}
