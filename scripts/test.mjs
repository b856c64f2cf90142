// npm test: everything, in order of speed. Ends with one line `N passed, N failed`.
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, run, setUp } from './setup.mjs';

const stages = [
	{ name: 'units', projects: ['node', 'ui'] },
	{ name: 'guests', projects: ['guest'] },
	{ name: 'page', projects: ['e2e'] },
];

/** One vitest run; its exit code does not matter, its counts do. */
async function stage({ name, projects }, folder, env) {
	const report = join(folder, `${name}.json`);
	const args = ['vitest', 'run', ...projects.flatMap((project) => ['--project', project])];
	const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
	console.log(`\n== ${name}`);
	const ended = await run('npx', [...args, ...reporters, ...process.argv.slice(2)], { env }).then(
		() => true,
		() => false,
	);
	if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
	const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(
		readFileSync(report, 'utf8'),
	);
	// A suite that could not be loaded has no failed test: it must not pass for that.
	const broken = numFailedTests === 0 && (!ended || numFailedTestSuites > 0) ? 1 : 0;
	return { passed: numPassedTests, failed: numFailedTests + broken, skipped: numPendingTests };
}

try {
	const images = await setUp({ tests: true });
	const env = { ...process.env, DRYDOCK_IMAGES_FOLDER: images };
	await run(process.execPath, ['wasm/check.mjs']);
	await run('npx', ['vite', 'build', '--logLevel', 'warn'], { env });
	await run('npx', ['vite', 'build', '-c', 'vite.headless.config.ts', '--logLevel', 'warn'], {
		env,
	});
	const folder = mkdtempSync(join(tmpdir(), 'drydock-test-'));
	const total = { passed: 0, failed: 0, skipped: 0 };
	for (const each of stages) {
		const counts = await stage(each, folder, env);
		for (const key of Object.keys(total)) total[key] += counts[key];
	}
	const skipped = total.skipped ? `, ${total.skipped} skipped` : '';
	console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
	process.exit(total.failed ? 1 : 0);
} catch (error) {
	fail(error);
}
