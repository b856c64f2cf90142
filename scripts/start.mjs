// npm start: sets everything up, builds the page and serves it.
import { fail, run, runTs, setUp } from './setup.mjs';

try {
	const images = await setUp();
	await run(process.execPath, ['wasm/check.mjs']);
	await run('npx', ['vite', 'build', '--logLevel', 'warn'], {
		env: { ...process.env, DRYDOCK_IMAGES_FOLDER: images },
	});
	await runTs('scripts/serve-site.ts');
} catch (error) {
	fail(error);
}
