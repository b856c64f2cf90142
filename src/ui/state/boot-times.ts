import { usualTimes, type BootTimes } from './boot-plan.ts';

const storageKey = 'drydock/boot-times';

function isTimes(value: unknown): value is BootTimes {
	const { phases, scene } = (value ?? {}) as Partial<BootTimes>;
	return (
		typeof scene === 'number' &&
		Object.keys(usualTimes.phases).every(
			(phase) => typeof phases?.[phase as keyof BootTimes['phases']] === 'number',
		)
	);
}

/** How long the parts of a boot took here before; storage may be refused. */
export function keptBootTimes(): BootTimes {
	try {
		const kept: unknown = JSON.parse(localStorage.getItem(storageKey) ?? 'null');
		return isTimes(kept) ? kept : usualTimes;
	} catch {
		return usualTimes;
	}
}

export function keepBootTimes(times: BootTimes): void {
	try {
		localStorage.setItem(storageKey, JSON.stringify(times));
	} catch {
		// The next boot is estimated from an ordinary device.
	}
}
