import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, type ByteChannel } from '../../src/node/agent/connection.ts';
import { frameType } from '../../src/node/agent/protocol.ts';
import { RealClock } from '../../src/util/clock.ts';
import type { GuestBoot } from './guest-boot.ts';

/** The agent's port is the second of the virtio console; queue 4 is that port's way in. */
const port = 1;
const inputQueue = 4;

/** Asks the agent for its hello until it answers, so that a saved machine is one that surely can talk. */
export async function waitForAgent(guest: GuestBoot, seconds: number): Promise<void> {
	const { machine } = guest;
	let listener: (bytes: Uint8Array) => void = () => undefined;
	const receive = (bytes: Uint8Array): void => listener(bytes);
	const channel: ByteChannel = {
		send: (bytes) => machine.bus.send(`virtio-console${port}-input-bytes`, bytes),
		onBytes: (next) => (listener = next),
	};
	machine.add_listener(`virtio-console${port}-output-bytes`, receive);
	const connection = new Connection(channel, new RealClock());
	try {
		await untilAnswered(guest, connection, Date.now() + seconds * 1000);
	} finally {
		connection.close(new Error('the builder has ended its talk with the agent'));
		machine.remove_listener(`virtio-console${port}-output-bytes`, receive);
	}
}

async function untilAnswered(
	guest: GuestBoot,
	connection: Connection,
	deadline: number,
): Promise<void> {
	for (;;) {
		const queue = guest.machine.v86.cpu.devices.virtio_console.virtio.queues[inputQueue];
		if (queue?.enabled === true && queue.count_requests() > 0) {
			const options = { what: 'hello', deadlineMs: 2000 };
			const answered = await connection.request(frameType.hello, new Uint8Array(), options).then(
				() => true,
				() => false,
			);
			if (answered) return;
		}
		if (Date.now() > deadline) {
			const last = guest.console.split('\n').slice(-15).join('\n');
			throw new Error(`the agent in the guest does not answer:\n${last}`);
		}
		await sleep(100);
	}
}
