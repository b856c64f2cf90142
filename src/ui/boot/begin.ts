import type { Lesson } from '../../lesson/lesson.ts';
import type { BootOffer } from '../state/boot.svelte.ts';
import type { Playground } from '../state/playground.svelte.ts';
import { TabClaim } from '../state/tab-claim.svelte.ts';

export interface Device {
	saveData: boolean;
	/** Gigabytes, rounded; not told by every browser. */
	memory: number | undefined;
	/** Fingers are what it is used with. */
	touch: boolean;
}

function thisDevice(): Device {
	const { connection, deviceMemory } = navigator as {
		connection?: { saveData?: boolean };
		deviceMemory?: number;
	};
	return {
		saveData: connection?.saveData === true,
		memory: deviceMemory,
		touch: matchMedia('(pointer: coarse)').matches,
	};
}

/** Why a device had better be asked first; undefined when it may start at once. */
export function reasonToAsk(device: Device, nodes: number): BootOffer | undefined {
	if (device.saveData) return 'save-data';
	// A touch screen that does not tell its memory is an iPhone or iPad, where a large tab is ended.
	const little = device.memory === undefined ? device.touch : device.memory <= 2;
	return little && nodes > 1 ? 'little-memory' : undefined;
}

/** Starts the machines, unless there is a reason to ask the learner first. */
export async function begin(
	playground: Playground,
	lesson: Lesson,
	boot: 'auto' | 'click',
): Promise<void> {
	const claim = (playground.claim = new TabClaim(lesson.id));
	claim.onTaken = () => {
		playground.stop();
		playground.boot.wait('taken-over');
	};
	const ask = boot === 'click' ? 'asked' : reasonToAsk(thisDevice(), lesson.cluster.nodes);
	if (ask !== undefined) playground.boot.wait(ask);
	if (!(await claim.claim())) return playground.boot.wait('other-tab');
	if (ask === undefined) await playground.start(lesson);
}
