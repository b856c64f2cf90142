// npm start [-- --port N]: sets everything up, builds the page and serves it.
import { fail, run, runTs, setUp } from './setup.mjs';
import { sitePort } from './site-port.mjs';

try {
	const port = await sitePort(process.argv.slice(2), process.env.HOST ?? '127.0.0.1');
	const images = await setUp();
	await run(process.execPath, ['wasm/check.mjs']);
	await run('npx', ['vite', 'build', '--logLevel', 'warn'], {
		env: { ...process.env, DRYDOCK_IMAGES_FOLDER: images },
	});
	await runTs('scripts/serve-site.ts', [String(port)]);
} catch (error) {
	fail(error);
}
