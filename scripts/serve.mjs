// npm run serve: the cluster without a page, for kubectl and other clients. stdout carries one line of JSON.
import { spawn } from 'node:child_process';
import { fail, installTools, root, run, runTs, setUp } from './setup.mjs';

const quiet = { stdio: ['ignore', 2, 2] };

const args = process.argv.slice(2);

try {
	await installTools(quiet);
	// What was mistyped is told before anything is built.
	await runTs('scripts/serve-options.ts', args);
	if (args.includes('--help') || args.includes('-h')) process.exit(0);
	const images = await setUp({ quiet: true });
	const env = { ...process.env, DRYDOCK_IMAGES_FOLDER: images };
	await run('npx', ['vite', 'build', '--logLevel', 'warn'], { env, ...quiet });
	await run('npx', ['vite', 'build', '-c', 'vite.headless.config.ts', '--logLevel', 'warn'], {
		env,
		...quiet,
	});
	const child = spawn(
		process.execPath,
		['--enable-source-maps', 'dist-headless/main.js', '--images', images, ...args],
		{ cwd: root, stdio: 'inherit' },
	);
	for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
		process.on(signal, () => child.kill(signal));
	child.once('exit', (code) => process.exit(code ?? 0));
} catch (error) {
	fail(error);
}
