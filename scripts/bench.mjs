// npm run bench: measures, and prints one table (or, with --json, one object a line).
import { fail, run, runTs, setUp } from './setup.mjs';

try {
	const images = await setUp({ tests: true, quiet: true });
	const env = { ...process.env, DRYDOCK_IMAGES_FOLDER: images };
	const quiet = { env, stdio: ['ignore', 2, 2] };
	await run('npx', ['vite', 'build', '--logLevel', 'warn'], quiet);
	await run('npx', ['vite', 'build', '-c', 'vite.headless.config.ts', '--logLevel', 'warn'], quiet);
	await runTs('test/bench/main.ts', process.argv.slice(2), { env });
} catch (error) {
	fail(error);
}
