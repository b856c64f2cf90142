/** The highest that a still is drawn, in pixels. */
const mostHeight = 160;

/** What drawings refer to by its id. */
const referred = 'defs, clipPath, mask, marker, pattern, linearGradient';

/**
 * Lays a still of an element into `place`: a copy as it is now, made as wide as its place. Nothing in it can be reached.
 * Answers how to take it away.
 */
export function layStill(original: HTMLElement, place: HTMLElement): () => void {
	const { offsetWidth: width, scrollHeight: height } = original;
	const copy = original.cloneNode(true) as HTMLElement;
	for (const one of [copy, ...copy.querySelectorAll('[id]')])
		if (!one.closest(referred)) one.removeAttribute('id');
	copy.style.cssText = `width:${width}px;height:${height}px;overflow:hidden;transform-origin:0 0`;
	// The original's measures decide how it is drawn, not those of its new place.
	const frame = document.createElement('div');
	frame.style.cssText = `container:picture / size;width:${width}px;height:${height}px`;
	frame.append(copy);
	place.inert = true;
	place.replaceChildren(frame);
	const observer = new ResizeObserver(() => {
		const scale = Math.min(1, place.clientWidth / width);
		frame.style.transform = `scale(${scale})`;
		frame.style.transformOrigin = '0 0';
		place.style.height = `${Math.min(height * scale, mostHeight)}px`;
	});
	observer.observe(place);
	return () => {
		observer.disconnect();
		place.replaceChildren();
	};
}
