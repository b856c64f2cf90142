// npm start: sets everything up, builds the page and serves it.
import { fail, root, run, setUp } from './setup.mjs';

try {
	const port = Number(process.env.PORT ?? 4173);
	const images = await setUp();
	await run(process.execPath, ['wasm/check.mjs']);
	await run('npx', ['vite', 'build', '--logLevel', 'warn'], {
		env: { ...process.env, DRYDOCK_IMAGES_FOLDER: images },
	});
	const { preview } = await import('vite');
	const server = await preview({ root, preview: { port, host: process.env.HOST ?? '127.0.0.1' } });
	console.log(
		`\ndrydock: open ${server.resolvedUrls?.local[0] ?? `http://localhost:${port}/`}  (Ctrl-C stops)\n`,
	);
} catch (error) {
	fail(error);
}
