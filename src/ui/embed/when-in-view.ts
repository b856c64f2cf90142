const awayMs = 10_000;

/** Calls `seen` once a quarter of this frame is in view, for the first time. */
export function whenSeen(element: Element, seen: () => void): () => void {
	const observer = new IntersectionObserver(
		(entries) => {
			if (!entries.some((entry) => entry.isIntersecting)) return;
			observer.disconnect();
			seen();
		},
		{ threshold: 0.25 },
	);
	observer.observe(element);
	return () => observer.disconnect();
}

/** Calls `away` when the frame has been scrolled out of view for a while. */
export function whenAway(element: Element, away: () => void): () => void {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const observer = new IntersectionObserver((entries) => {
		clearTimeout(timer);
		if (!entries.some((entry) => entry.isIntersecting)) timer = setTimeout(away, awayMs);
	});
	observer.observe(element);
	return () => {
		clearTimeout(timer);
		observer.disconnect();
	};
}
