// npm run lesson:solve [id or folder…] [--repeat N] [--record] [--restart]: real machines play the solutions of these lessons, or of all.
import { fail, run, runTs, setUp } from './setup.mjs';

try {
	const images = await setUp({ quiet: true });
	const env = { ...process.env, DRYDOCK_IMAGES_FOLDER: images };
	const quiet = { env, stdio: ['ignore', 2, 2] };
	await run('npx', ['vite', 'build', '-c', 'vite.headless.config.ts', '--logLevel', 'warn'], quiet);
	await runTs('scripts/lessons/solve.ts', process.argv.slice(2), { env });
} catch (error) {
	fail(error);
}
