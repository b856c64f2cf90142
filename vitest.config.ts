import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { bundledLessons } from './scripts/lessons-plugin.ts';
import { aboutTheSite } from './scripts/about-plugin.ts';

/** Runes only work when Svelte is compiled for the browser; what boots machines runs one file after the other. */
export default defineConfig({
	test: {
		projects: [
			{
				test: {
					name: 'node',
					environment: 'node',
					include: ['src/**/*.test.ts', 'images/**/*.test.ts', 'test/unit/**/*.test.ts'],
					exclude: ['src/ui/**'],
				},
			},
			{
				plugins: [svelte(), bundledLessons(), aboutTheSite()],
				resolve: {
					conditions: ['browser'],
					// It says where it begins to bundlers only.
					alias: { '@xapi/cmi5': '@xapi/cmi5/dist/Cmi5.esm.js' },
				},
				test: { name: 'ui', environment: 'happy-dom', include: ['src/ui/**/*.test.ts'] },
			},
			{
				test: {
					name: 'guest',
					environment: 'node',
					include: ['test/guest/**/*.test.ts', 'test/conformance/**/*.test.ts'],
					testTimeout: 120_000,
					hookTimeout: 180_000,
					fileParallelism: false,
				},
			},
			{
				test: {
					name: 'e2e',
					environment: 'node',
					include: ['test/e2e/**/*.test.ts', 'test/lessons/**/*.test.ts'],
					testTimeout: 180_000,
					hookTimeout: 180_000,
					fileParallelism: false,
				},
			},
		],
	},
});
