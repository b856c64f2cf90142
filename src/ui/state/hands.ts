import type { Player } from '../../lesson/prove.ts';
import type { Playground } from './playground.svelte.ts';

/** Does what a solution says on the machines of the page, before the learner's eyes. */
export function handsOf({ terminals, requests, cluster }: Playground): Player {
	return {
		type: (text, on, returns) => terminals.type(text, on, returns),
		interrupt: (on) => terminals.interrupt(on),
		requests: (running) => (running ? requests.start() : requests.stop()),
		power: async (node, on) => (on ? cluster?.powerOn(node) : cluster?.powerOff(node)),
	};
}

/** Commands that undo need machines that run, and shells that listen. */
export async function readyToUndo(playground: Playground): Promise<void> {
	const { terminals, cluster } = playground;
	for (const { name, power } of cluster?.nodes() ?? []) {
		if (power === 'off' || power === 'lost') await playground.restartNode(name);
		else if (power === 'frozen') await cluster?.resume(name);
	}
	await terminals.calm();
}
