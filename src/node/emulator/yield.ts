import type { Clock, Timer } from '../../util/clock.ts';
import type { Processor } from './v86-internals.d.ts';

/**
 * Between two slices of a guest's time v86 asks another worker to send a message back; on a busy computer that takes
 * longer than the slice. A channel of the same thread lets other messages have their turn, too, and a timer that is
 * set from a message is not held back, as one that is set from a timer is. Under Node v86 has a way of its own.
 */
export function yieldInThread(v86: Processor, clock: Clock): void {
	if ((globalThis as { setImmediate?: unknown }).setImmediate) return;
	const { port1, port2 } = new MessageChannel();
	let timer: Timer | undefined;
	port1.onmessage = ({ data }) => v86.yield_callback(data as number);
	v86.unregister_yield();
	v86.yield = (ms, tick) => {
		timer?.cancel();
		if (ms < 1) port2.postMessage(tick);
		else timer = clock.after(ms, () => port2.postMessage(tick));
	};
	v86.unregister_yield = () => {
		timer?.cancel();
		port1.close();
	};
}
