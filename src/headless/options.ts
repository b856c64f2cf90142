import { parseArgs } from 'node:util';
import type { Cluster } from '../api/cluster.ts';
import { leastMemory, machineMemory } from '../api/node.ts';
import type { Guests } from './door.ts';

export const usage = `Usage: npm run serve -- [options]

Runs the cluster under Node and serves the Kubernetes API and each node's Docker Engine API on loopback.
Standard output carries one line of JSON with the addresses, once everything is ready; the log goes to
standard error.
  --nodes N             1 to 5 nodes (default 3)
  --runs WHAT           kubernetes (default), docker: machines with a container engine alone, or linux:
                        machines alone
  --memory M            MB of each machine, ${leastMemory} to ${machineMemory} (default ${machineMemory})
  --port P              port of the Kubernetes API (default 0: any free one)
  --allow-host NAME     answer requests for this host, too; may be repeated. Always answered: localhost and
                        the names below it, 127.0.0.0/8, [::1]
  --allow-origin ORIGIN let pages of this origin (https://pages.example) use the APIs; may be repeated.
                        There is no password: such a page can do everything
  -h, --help            show this
`;

export interface Options {
	nodes: number;
	runs: Cluster['runs'];
	port: number;
	/** MB of each machine. */
	memory: number;
	images: string;
	guests: Guests;
}

/** What was typed cannot be meant. */
export class UsageError extends Error {
	override readonly name = 'UsageError';
}

/** Undefined when only help was asked for. */
export function readOptions(args: string[]): Options | undefined {
	const values = parsed(args);
	if (values.help) return undefined;
	return {
		nodes: whole('nodes', values.nodes, 1, 5),
		runs: runs(values.runs),
		port: whole('port', values.port, 0, 65535),
		memory: whole('memory', values.memory, leastMemory, machineMemory),
		images: values.images ?? '',
		guests: {
			hosts: values['allow-host'],
			origins: values['allow-origin'].map(origin),
		},
	};
}

function parsed(args: string[]) {
	try {
		return parseArgs({
			args,
			options: {
				nodes: { type: 'string', default: '3' },
				runs: { type: 'string', default: 'kubernetes' },
				port: { type: 'string', default: '0' },
				memory: { type: 'string', default: String(machineMemory) },
				images: { type: 'string' },
				'allow-host': { type: 'string', multiple: true, default: [] },
				'allow-origin': { type: 'string', multiple: true, default: [] },
				help: { type: 'boolean', short: 'h', default: false },
			},
		}).values;
	} catch (error) {
		throw new UsageError((error as Error).message);
	}
}

function whole(name: string, text: string, from: number, to: number): number {
	const value = Number(text);
	if (/^\d+$/.test(text) && value >= from && value <= to) return value;
	throw new UsageError(`--${name}: "${text}" is not a whole number from ${from} to ${to}`);
}

function runs(text: string): Cluster['runs'] {
	if (text === 'kubernetes' || text === 'docker' || text === 'linux') return text;
	throw new UsageError(`--runs: "${text}" is none of kubernetes, docker, linux`);
}

/** As a browser writes it. */
function origin(text: string): string {
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (url && url.origin !== 'null' && url.pathname === '/') return url.origin;
	throw new UsageError(`--allow-origin: "${text}" is no origin like https://pages.example`);
}

/** Says what failed and ends: 2 for what was typed wrong, 1 for everything else. */
export function failWith(error: unknown): never {
	process.stderr.write(`drydock: ${error instanceof Error ? error.message : String(error)}\n`);
	if (!(error instanceof UsageError)) process.exit(1);
	process.stderr.write('See `npm run serve -- --help`.\n');
	process.exit(2);
}
