// npm run lesson:record <id> [--step ID] [--terminal NAME] [--write]: what is typed becomes a step's solution.
import { fail, run, runTs, setUp } from './setup.mjs';

try {
	const images = await setUp({ quiet: true });
	const env = { ...process.env, DRYDOCK_IMAGES_FOLDER: images };
	const quiet = { env, stdio: ['ignore', 2, 2] };
	await run('npx', ['vite', 'build', '-c', 'vite.headless.config.ts', '--logLevel', 'warn'], quiet);
	await runTs('scripts/lessons/record.ts', process.argv.slice(2), { env });
} catch (error) {
	fail(error);
}
