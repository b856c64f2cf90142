import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Random } from './random.ts';
import { strays } from './strays.ts';
import type { Target } from './soak.ts';
import { allLeft, pause, told, type Answer, type Talk } from './sockets.ts';
import { dataFrame, SpdyWriter } from './spdy-frames.ts';
import {
	hostileConversation,
	requestHead,
	spdyHeads,
	webSocketHeads,
	type Conversation,
} from './upgrades-bytes.ts';
import { createExec, podName, startFronts, type Fronts } from './upgrades-cluster.ts';
import { webSocketFrame } from './websocket-frames.ts';

/** What does not happen in this time does not happen at all. */
const patienceMs = 8_000;
const answerMs = 1_000;
const quietMs = 12;
const goodEvery = 100;

/**
 * What fronts make of exec, attach, port-forward and docker's raw connections under clients that break the protocol:
 * sockets, fronts, ports between threads, API server, kubelet and engine are the real ones, programs are none.
 */
export class UpgradesTarget implements Target {
	readonly #strays = strays();
	readonly #sockets = new Set<Socket>();
	#fronts: Fronts | undefined;
	#last: Conversation | undefined;
	#steps = 0;

	async step(random: Random): Promise<void> {
		const fronts = (this.#fronts ??= await this.#start());
		const { engine, ledger } = fronts;
		const newExec = (program: string, Tty: boolean) =>
			createExec(engine, podName, { Cmd: [program], AttachStdin: true, Tty });
		this.#last = await hostileConversation(random, { newExec });
		const { bytes } = await this.#told(this.#last);
		try {
			for (const program of ledger.programs) fail(program.fault(bytes));
			await this.#isQuiet(fronts, this.#last);
		} finally {
			ledger.end();
			ledger.programs = [];
			for (const socket of this.#sockets) socket.destroy();
		}
		await settled(
			() => ledger.open === 0,
			() => `${ledger.open} streams are left`,
		);
		fail(this.#strays.take());
		if (++this.#steps % goodEvery === 0) await this.#answers(fronts);
	}

	describe(): string {
		const { name = '', head = '', pieces = [], ...how } = this.#last ?? {};
		const bytes = pieces.slice(1).map((piece) => piece.toString('latin1').slice(0, 120));
		return `${name} ${JSON.stringify(how)} ${JSON.stringify([head, ...bytes]).slice(0, 2500)}`;
	}

	async check(): Promise<void> {
		const fronts = this.#fronts;
		if (!fronts) return;
		try {
			await this.#answers(fronts);
			fail(this.#strays.take());
		} finally {
			this.#strays.stop();
			fronts.close();
		}
	}

	async #start(): Promise<Fronts> {
		const fronts = await startFronts(() => undefined);
		for (const server of [fronts.kubernetes, fronts.docker])
			server.on('connection', (socket: Socket) => {
				this.#sockets.add(socket);
				socket.once('close', () => this.#sockets.delete(socket));
			});
		return fronts;
	}

	#told(conversation: Pick<Conversation, 'front' | 'pieces'> & Partial<Talk>): Promise<Answer> {
		const server = this.#fronts?.[conversation.front];
		return told(portOf(server), {
			firstMs: conversation.isPolite ? answerMs : quietMs,
			quietMs,
			isOwed: false,
			...conversation,
		});
	}

	/** No connection outlives its client, and no program waits for input from one that has left. */
	async #isQuiet({ kubernetes, docker, ledger }: Fronts, { front }: Conversation): Promise<void> {
		// docker's client may end its half and read on: nobody sees it leave before a program says something.
		const isDocker = front === 'docker';
		await allLeft(isDocker ? docker : kubernetes, patienceMs, () => {
			if (isDocker) ledger.end();
			if (isDocker) ledger.speak();
		});
		const waits = () => ledger.programs.find(({ name, isOver }) => name === 'cat' && !isOver);
		await settled(
			() => !waits(),
			() => `"${waits()?.name}" waits for input from nobody`,
		);
		for (const { wrong } of ledger.programs) fail(wrong);
	}

	/** Good clients are served as ever. */
	async #answers({ engine }: Fronts): Promise<void> {
		const where = `/api/v1/namespaces/default/pods/${podName}/exec?command=cat&stdin=1&stdout=1&stderr=1`;
		const success = '"status":"Success"';
		await this.#good('kubernetes', overWebSocket(where), ['\u0001hello', success]);
		await this.#good('kubernetes', overSpdy(where), ['hello', success]);
		const id = await createExec(engine, podName, { Cmd: ['cat'], AttachStdin: true });
		await this.#good('docker', overDocker(`/v1.43/exec/${id}/start`), [' UPGRADED', 'hello']);
	}

	/** All of it comes, and the last part in the end. */
	async #good(front: Conversation['front'], pieces: Buffer[], parts: string[]): Promise<void> {
		const until = parts.at(-1) ?? '';
		const patience = { firstMs: patienceMs, quietMs: patienceMs, isPolite: true, isOwed: true };
		const { text } = await this.#told({ front, pieces, until, leaves: 'end', ...patience });
		const missing = parts.find((part) => !text.includes(part));
		if (missing !== undefined)
			throw new Error(`a good client lacks ${missing}: ${JSON.stringify(text)}`);
	}
}

function overDocker(where: string): Buffer[] {
	const heads = {
		host: 'localhost',
		connection: 'Upgrade',
		upgrade: 'tcp',
		'content-type': 'application/json',
		'content-length': '2',
	};
	return [Buffer.from(`${requestHead('POST', where, heads)}{}`), Buffer.from('hello')];
}

function overWebSocket(where: string): Buffer[] {
	const heads = { ...webSocketHeads, 'sec-websocket-protocol': 'v5.channel.k8s.io' };
	return [
		Buffer.from(requestHead('GET', where, heads)),
		webSocketFrame({ payload: Buffer.from('\0hello') }),
		webSocketFrame({ payload: Uint8Array.of(255, 0) }),
	];
}

function overSpdy(where: string): Buffer[] {
	const writer = new SpdyWriter();
	const heads = { ...spdyHeads, 'x-stream-protocol-version': 'v4.channel.k8s.io' };
	const types = ['error', 'stdin', 'stdout', 'stderr'];
	const streams = types.map((streamtype, i) => writer.open(2 * i + 1, { streamtype }));
	return [Buffer.from(requestHead('POST', where, heads)), ...streams, dataFrame(3, 'hello', 1)];
}

function portOf(server: Server | undefined): number {
	return (server?.address() as AddressInfo).port;
}

function fail(message: string): void {
	if (message) throw new Error(message);
}

async function settled(isSo: () => boolean, complaint: () => string): Promise<void> {
	const end = performance.now() + patienceMs;
	while (!isSo()) {
		if (performance.now() > end) throw new Error(complaint());
		await pause(1);
	}
}
