import type { Options } from '@sveltejs/vite-plugin-svelte';

/** One set of options for the page and for what the build renders of it: the names of styles have to agree. */
export const svelteOptions: Options = {
	compilerOptions: { cssHash: ({ hash, css }) => `s-${hash(css)}` },
};
