import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';

const kinds = ['node', 'control-plane', 'network'] as const;
const entry = (kind: string) => fileURLToPath(new URL(`../src/${kind}/worker.ts`, import.meta.url));

/**
 * The workers once more, each as one classic script under `workers/`: in a frame with
 * `sandbox="allow-scripts"` the origin is opaque, and only a classic worker made of a blob starts there.
 */
export function classicWorkers(): Plugin {
	let outDir = 'dist';
	return {
		name: 'classic-workers',
		apply: 'build',
		configResolved: (config) => {
			outDir = config.build.outDir;
		},
		closeBundle: async () => {
			for (const kind of kinds)
				await build({
					configFile: false,
					logLevel: 'error',
					build: {
						target: 'es2023',
						outDir: `${outDir}/workers`,
						emptyOutDir: false,
						copyPublicDir: false,
						lib: {
							entry: entry(kind),
							formats: ['iife'],
							name: 'drydockWorker',
							fileName: () => `${kind}.js`,
						},
						rolldownOptions: { output: { codeSplitting: false } },
					},
				});
		},
	};
}
