// npm start: sets everything up, builds the page and serves it.
import { fail, run, runTs, setUp } from './setup.mjs';
import { freePort, sitePort } from './site-port.mjs';

try {
	const port = sitePort();
	await freePort(port, process.env.HOST ?? '127.0.0.1');
	const images = await setUp();
	await run(process.execPath, ['wasm/check.mjs']);
	await run('npx', ['vite', 'build', '--logLevel', 'warn'], {
		env: { ...process.env, DRYDOCK_IMAGES_FOLDER: images },
	});
	await runTs('scripts/serve-site.ts', [String(port)]);
} catch (error) {
	fail(error);
}
