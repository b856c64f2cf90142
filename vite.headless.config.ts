import { copyFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The headless server: the same workers, built for Node's worker threads. */
export default defineConfig({
	plugins: [
		{
			name: 'emulator-beside-the-server',
			closeBundle: () =>
				copyFile(at('node_modules/v86/build/v86.wasm'), at('dist-headless/v86.wasm')),
		},
	],
	build: {
		ssr: true,
		outDir: 'dist-headless',
		emptyOutDir: true,
		target: 'node20',
		minify: false,
		rolldownOptions: {
			input: {
				main: at('src/headless/main.ts'),
				node: at('src/node/worker.ts'),
				'control-plane': at('src/control-plane/worker.ts'),
				network: at('src/network/worker.ts'),
			},
			output: { entryFileNames: '[name].js', format: 'es' },
		},
	},
});
