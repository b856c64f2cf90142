import { cp, readFile, stat, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { ServerResponse } from 'node:http';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Connect, type Plugin } from 'vite';
import { singleScripts } from './scripts/single-scripts-plugin.ts';
import { frameDocument } from './scripts/frame-plugin.ts';
import { siteFiles } from './scripts/site-files-plugin.ts';
import { bundledLessons } from './scripts/lessons-plugin.ts';
import { aboutTheSite } from './scripts/about-plugin.ts';
import { serviceWorker } from './scripts/service-worker-plugin.ts';
import { compressedTexts } from './scripts/compressed-plugin.ts';
import { prerenderedPages } from './scripts/prerender-plugin.ts';
import { contentSecurityPolicy } from './scripts/policy-plugin.ts';
import { svelteOptions } from './scripts/svelte-options.ts';

/** Lays the guest images beside the page as `images/`: served while developing, copied by the build. */
function guestImages(folder: string | undefined): Plugin {
	let outDir = 'dist';
	return {
		name: 'guest-images',
		configResolved: (config) => {
			outDir = config.build.outDir;
		},
		configureServer: (server) => {
			server.middlewares.use('/images', (request, response, next) => {
				serve(folder, request, response, next).catch(next);
			});
		},
		closeBundle: async () => {
			if (!folder) throw new Error('no guest images: use `npm run build`, which makes them first');
			await cp(folder, join(outDir, 'images'), { recursive: true });
		},
	};
}

/**
 * The emulator's WebAssembly as `emulator.wasm.gzip`: a fifth of its size on any static host, since many
 * do not compress.
 */
function packedEmulator(): Plugin {
	const packed = async () =>
		gzipSync(await readFile(new URL('node_modules/v86/build/v86.wasm', import.meta.url)), {
			level: 9,
		});
	let outDir = 'dist';
	return {
		name: 'packed-emulator',
		configResolved: (config) => {
			outDir = config.build.outDir;
		},
		configureServer: (server) => {
			server.middlewares.use('/emulator.wasm.gzip', (_request, response, next) => {
				packed()
					.then((bytes) => response.end(bytes))
					.catch(next);
			});
		},
		closeBundle: async () => writeFile(join(outDir, 'emulator.wasm.gzip'), await packed()),
	};
}

async function serve(
	folder: string | undefined,
	request: Connect.IncomingMessage,
	response: ServerResponse,
	next: Connect.NextFunction,
): Promise<void> {
	const name = new URL(request.url ?? '/', 'http://localhost').pathname;
	const path = normalize(join(folder ?? '', name));
	const found =
		folder && path.startsWith(folder) ? await stat(path).catch(() => undefined) : undefined;
	if (!found?.isFile()) return next();
	response.end(await readFile(path));
}

export default defineConfig({
	// Relative: the page works under any path.
	base: './',
	plugins: [
		svelte(svelteOptions),
		bundledLessons(),
		frameDocument(),
		aboutTheSite(),
		prerenderedPages(),
		contentSecurityPolicy(),
		compressedTexts(),
		serviceWorker(),
		guestImages(process.env['DRYDOCK_IMAGES_FOLDER']),
		packedEmulator(),
		singleScripts(),
		siteFiles(),
	],
	worker: { format: 'es' },
	build: {
		target: 'es2023',
		chunkSizeWarningLimit: 700,
		rolldownOptions: {
			input: ['index.html', 'page.html', 'embed.html', 'frame.html'].map((name) =>
				fileURLToPath(new URL(name, import.meta.url)),
			),
			// v86 names Node's modules behind a test for `process`.
			onwarn: (warning, warn) => {
				if (!/externalized for browser compatibility/.test(warning.message)) warn(warning);
			},
		},
	},
});
