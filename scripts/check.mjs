// npm run check: every gate, all of them even when one fails, so that one run shows everything.
import { spawnSync } from 'node:child_process';

const gates = [
	['format', 'npx', ['prettier', '--check', '--log-level', 'warn', '.']],
	['lint', 'npx', ['eslint', '--max-warnings', '0', '.']],
	['patterns', process.execPath, ['scripts/patterns.mjs']],
	['types', 'npx', ['tsc', '-p', 'tsconfig.json']],
	['types: control plane without DOM', 'npx', ['tsc', '-p', 'src/control-plane']],
	['types: node without DOM', 'npx', ['tsc', '-p', 'src/node']],
	[
		'types: Svelte',
		'npx',
		['svelte-check', '--threshold', 'warning', '--output', 'human', '--fail-on-warnings'],
	],
	[
		'imports',
		'npx',
		['depcruise', 'src', '--config', '.dependency-cruiser.cjs', '--output-type', 'err'],
	],
	['unused', 'npx', ['knip']],
	['emulator pin', process.execPath, ['wasm/check.mjs']],
];

let failed = 0;
for (const [name, command, args] of gates) {
	const began = Date.now();
	const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
	const took = ((Date.now() - began) / 1000).toFixed(1);
	console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${took} s)`);
	if (status !== 0) {
		failed++;
		console.log(`${stdout}${stderr}`.trim());
	}
}
process.exit(failed ? 1 : 0);
