import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';

interface Script {
	entry: string;
	file: string;
	format: 'es' | 'iife';
}

const worker = (kind: string): Script => ({
	entry: `src/${kind}/worker.ts`,
	file: `workers/${kind}.js`,
	format: 'iife',
});

/**
 * What has to be one file with a name that stays: the scripts of course pages, and the workers once more as
 * classic scripts. In a frame with `sandbox="allow-scripts"` the origin is opaque, and only a classic worker made
 * of a blob starts there.
 */
const scripts: Script[] = [
	{ entry: 'src/embed/main.ts', file: 'embed.js', format: 'es' },
	{ entry: 'src/embed/scorm-launch.ts', file: 'scorm-launch.js', format: 'iife' },
	worker('node'),
	worker('control-plane'),
	worker('network'),
];

async function bundle({ entry, file, format }: Script, outDir: string): Promise<void> {
	await build({
		configFile: false,
		logLevel: 'error',
		build: {
			target: 'es2023',
			outDir,
			emptyOutDir: false,
			copyPublicDir: false,
			lib: {
				entry: fileURLToPath(new URL(`../${entry}`, import.meta.url)),
				formats: [format],
				name: 'drydock',
				fileName: () => file,
			},
			rolldownOptions: { output: { codeSplitting: false, minify: true } },
		},
	});
}

export function singleScripts(): Plugin {
	let outDir = 'dist';
	return {
		name: 'single-scripts',
		apply: 'build',
		configResolved: (config) => {
			outDir = config.build.outDir;
		},
		closeBundle: async () => {
			for (const script of scripts) await bundle(script, outDir);
		},
	};
}
