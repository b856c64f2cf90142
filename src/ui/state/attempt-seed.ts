const storageKey = 'drydock/seed';
const random = () => Math.random().toString(36).slice(2, 10);

/**
 * The seed of a learner's variables: from the address, so that a class can share one; otherwise made once and kept,
 * so that a lesson looks the same when it is opened again.
 */
export function attemptSeed(lesson: string): string {
	// The text that is written while the site is built has the same values in every build.
	if (typeof location === 'undefined') return lesson;
	const shared = new URLSearchParams(location.search).get('seed');
	if (shared !== null && shared !== '') return shared;
	try {
		const kept = localStorage.getItem(storageKey) ?? random();
		localStorage.setItem(storageKey, kept);
		return `${kept} ${lesson}`;
	} catch {
		// Storage is refused: the values live as long as the page.
		return random();
	}
}
