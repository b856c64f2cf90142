import type { Agent, GuestListener, GuestSocket, KernelOp } from '../../api/agent.ts';
import type { EndpointSlice, Service } from '../../api/kubernetes.ts';
import { Informer } from '../../client/informer.ts';
import type { Client } from '../../client/rest.ts';
import type { Clock } from '../../util/clock.ts';
import { consoleLog, logged, type Log } from '../../util/log.ts';
import { keepRunning } from '../../util/keep-running.ts';
import { decodeQuery } from './decode.ts';
import { encodeAnswer, encodeFormatError } from './encode.ts';
import { responseCodes, type Answer, type Query } from './message.ts';
import { Zone } from './zone.ts';

export interface DnsOptions {
	domain: string;
	/** Addresses of the node that are answered: NodeLocal DNSCache's own, and the cluster DNS Service's. */
	addresses: string[];
}

const defaults: DnsOptions = {
	domain: 'cluster.local',
	addresses: ['169.254.20.10', '10.96.0.10'],
};

export interface StartDns {
	client: Client;
	agent: Agent;
	clock: Clock;
	options?: Partial<DnsOptions>;
	signal: AbortSignal;
	log?: Log;
}

const internet = 1;
const opcodeQuery = 0;
const linkName = 'nodelocaldns';

function failure(code: number): Answer {
	return { code, answers: [], authority: [], additional: [] };
}

/**
 * The cluster's names, answered on every node.
 * Unlike Kubernetes: answered by each node itself, where NodeLocal DNSCache would ask CoreDNS pods.
 */
class NodeDns {
	readonly #start: StartDns;
	readonly #options: DnsOptions;
	readonly #services: Informer<Service>;
	readonly #slices: Informer<EndpointSlice>;
	readonly #zone: Zone;
	#queries = 0;

	constructor(start: StartDns) {
		this.#start = start;
		this.#options = { ...defaults, ...start.options };
		const { client, clock } = start;
		this.#services = new Informer<Service>({ client: client.services(), clock });
		this.#slices = new Informer<EndpointSlice>({
			client: client.endpointslices(),
			clock,
			indexers: {
				service: ({ metadata }) => [
					`${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name'] ?? ''}`,
				],
			},
		});
		this.#zone = new Zone(this.#options.domain, {
			service: (namespace, name) => this.#services.get(namespace, name),
			services: () => this.#services.list(),
			slices: (namespace, service) => this.#slices.byIndex('service', `${namespace}/${service}`),
			allSlices: () => this.#slices.list(),
		});
	}
	async run(): Promise<void> {
		const { signal } = this.#start;
		this.#services.start(signal);
		this.#slices.start(signal);
		const open: GuestListener[] = [];
		const close = () => open.splice(0).forEach((listener) => listener.close());
		signal.addEventListener('abort', close);
		try {
			await this.#listen(open);
		} catch (error) {
			// What is open is in the way of the next try.
			close();
			throw error;
		}
	}
	snapshot(): { queries: number; addresses: string[] } {
		return { queries: this.#queries, addresses: this.#options.addresses };
	}
	/** A dummy link carries the addresses, as NodeLocal DNSCache has it. */
	async #listen(open: GuestListener[]): Promise<void> {
		const { agent, log = consoleLog } = this.#start;
		const { addresses } = this.#options;
		const ops: KernelOp[] = [
			{ op: 'link-add', name: linkName, kind: 'dummy', up: true },
			...addresses.map((address): KernelOp => ({
				op: 'addr-add',
				link: linkName,
				cidr: `${address}/32`,
			})),
		];
		await agent.batch(ops, { keepGoing: true });
		for (const address of addresses) {
			const at = { address, port: 53 };
			open.push(
				await agent.listenUdp(at, ({ data }, reply) => {
					const answer = this.#answer(data, 'udp');
					if (answer) reply(answer);
				}),
			);
			open.push(
				await agent.listenTcp(at, (socket) => {
					this.#serveTcp(socket).catch(logged(log, 'dns', 'a question over TCP was not answered'));
				}),
			);
		}
	}
	#answer(data: Uint8Array, over: 'udp' | 'tcp'): Uint8Array<ArrayBuffer> | undefined {
		const decoded = decodeQuery(data);
		if (decoded.kind === 'ignored') return undefined;
		if (decoded.kind === 'malformed') return encodeFormatError(decoded.id);
		this.#queries++;
		const { query } = decoded;
		return encodeAnswer(query, this.#resolve(query), over === 'udp' ? query.udpSize : 65_535);
	}
	#resolve({ question, opcode }: Query): Answer {
		if (opcode !== opcodeQuery) return failure(responseCodes.notImplemented);
		if (question.class !== internet) return failure(responseCodes.refused);
		if (!this.#services.hasSynced || !this.#slices.hasSynced)
			return failure(responseCodes.serverFailure);
		return this.#zone.answer(question);
	}
	/** Over TCP each message has its length before it. */
	async #serveTcp(socket: GuestSocket): Promise<void> {
		let pending = new Uint8Array();
		try {
			for await (const chunk of socket.data) {
				pending = Uint8Array.from([...pending, ...chunk]);
				for (;;) {
					const length = ((pending[0] ?? 0) << 8) | (pending[1] ?? 0);
					if (pending.length < 2 || pending.length < 2 + length) break;
					const answer = this.#answer(pending.slice(2, 2 + length), 'tcp');
					pending = pending.slice(2 + length);
					if (answer) await socket.write(withLength(answer));
				}
			}
		} catch {
			// The client is gone; so is its question.
		}
		socket.close();
	}
}

function withLength(message: Uint8Array): Uint8Array<ArrayBuffer> {
	return Uint8Array.from([message.length >> 8, message.length & 255, ...message]);
}

/** Starts the node's DNS server. */
export function startDns(start: StartDns): { snapshot(): object } {
	const dns = new NodeDns(start);
	const log = start.log ?? consoleLog;
	keepRunning(() => dns.run(), { ...start, log, component: 'dns', what: 'answering' });
	return { snapshot: () => dns.snapshot() };
}
