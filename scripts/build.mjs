// npm run build: dist/ is a folder of plain files for any static server, under any path.
import { fail, run, setUp } from './setup.mjs';

try {
	const images = await setUp();
	await run(process.execPath, ['wasm/check.mjs']);
	await run('npx', ['vite', 'build', '--logLevel', 'warn'], {
		env: { ...process.env, DRYDOCK_IMAGES_FOLDER: images },
	});
	console.log('drydock: dist/ is ready');
} catch (error) {
	fail(error);
}
