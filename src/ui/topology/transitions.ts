import { cubicOut } from 'svelte/easing';
import { crossfade } from 'svelte/transition';

/** A pod flies from the waiting row to its node; one that was never waiting just appears. */
export const landing = crossfade({
	duration: 340,
	easing: cubicOut,
	fallback: () => ({ duration: 200, css: (shown) => `opacity: ${shown}` }),
});
