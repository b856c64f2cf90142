import type { CommandIo, CommandServices } from '../../api/command.ts';
import type { ParsedFlags } from '../flags.ts';
import { CliError, ConnectionError, PlainError } from './errors.ts';
import { Discovery, unknownResource, type ApiResource } from './discovery.ts';
import type { Kubeconfig } from './kubeconfig.ts';
import { type Context } from './kubeconfig.ts';
import { Rest } from './rest.ts';

/** One invocation of kubectl: its flags, where it writes, and the server it talks to. */
export class Session {
	readonly io: CommandIo;
	readonly services: CommandServices;
	readonly flags: ParsedFlags;
	/** The words of the verb: `kubectl rollout status`. */
	readonly command: string;
	readonly config: Kubeconfig;
	readonly namespace: string;
	readonly #rest: Rest;
	readonly #reachable: boolean;

	constructor(parts: {
		io: CommandIo;
		services: CommandServices;
		flags: ParsedFlags;
		command: string;
		config: Kubeconfig;
	}) {
		this.io = parts.io;
		this.services = parts.services;
		this.flags = parts.flags;
		this.command = parts.command;
		this.config = parts.config;
		const context = this.#context();
		this.namespace = parts.flags.text('namespace') || context?.namespace || 'default';
		const server = parts.flags.text('server') || parts.config.server(context?.cluster ?? '');
		this.#reachable = context !== undefined || parts.flags.has('server');
		this.#rest = new Rest(parts.io, parts.services, {
			server,
			verbosity: parts.flags.int('v'),
			timeoutMs: requestTimeout(parts.flags),
			headers: impersonation(parts.flags),
		});
	}

	get args(): string[] {
		return this.flags.args;
	}

	/** The server; a configuration that names none behaves as upstream's does. */
	get rest(): Rest {
		if (this.#reachable) return this.#rest;
		throw new ConnectionError(
			'The connection to the server localhost:8080 was refused - did you specify the right host or port?',
		);
	}

	get server(): string {
		return this.#rest.settings.server;
	}

	/** Whether `-n` was given. */
	get namespaceGiven(): boolean {
		return this.flags.text('namespace') !== '';
	}

	now(): number {
		return this.services.clock.now();
	}

	out(text: string): Promise<void> {
		return text === '' ? Promise.resolve() : this.io.out(text);
	}

	err(text: string): Promise<void> {
		return text === '' ? Promise.resolve() : this.io.err(text);
	}

	discovery(): Promise<Discovery> {
		return Discovery.cached(this.services.api, this.rest);
	}

	/** The resource type of a name; asks the server again before it says that there is none. */
	async resource(name: string): Promise<ApiResource> {
		const found = (await this.discovery()).find(name);
		if (found) return found;
		const again = (await Discovery.fresh(this.services.api, this.rest)).find(name);
		if (again) return again;
		throw unknownResource(name);
	}

	/** The resource type of an object in a file. */
	async resourceOfKind(apiVersion: string, kind: string): Promise<ApiResource | undefined> {
		const found = (await this.discovery()).findKind(apiVersion, kind);
		return (
			found ?? (await Discovery.fresh(this.services.api, this.rest)).findKind(apiVersion, kind)
		);
	}

	#context(): Context | undefined {
		const asked = this.flags.text('context');
		const name = asked || this.config.currentContext;
		const context = this.config.context(name);
		if (asked && !context)
			throw new PlainError(
				`Error in configuration: context was not found for specified context: ${asked}`,
				1,
			);
		return context;
	}
}

function requestTimeout(flags: ParsedFlags): number {
	const text = flags.text('request-timeout') || '0';
	if (/^\d+$/.test(text)) return Number(text) * 1000;
	try {
		return flags.duration('request-timeout');
	} catch {
		throw new CliError(
			`Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)`,
		);
	}
}

function impersonation(flags: ParsedFlags): Record<string, string> {
	const user = flags.text('as');
	const groups = flags.list('as-group');
	return {
		...(user ? { 'impersonate-user': user } : {}),
		...(groups.length > 0 ? { 'impersonate-group': groups.join(',') } : {}),
	};
}
