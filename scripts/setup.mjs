// What every command needs first: Node, npm packages, Debian packages, guest images. Plain JavaScript,
// since nothing is installed when it starts.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a program with our terminal; rejects with its exit code. */
export function run(command, args, options = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
		child.once('error', reject);
		child.once('exit', (code, signal) =>
			code === 0
				? resolve()
				: reject(
						Object.assign(new Error(`${command} ${args[0] ?? ''} ended with ${code ?? signal}`), {
							code,
						}),
					),
		);
	});
}

/** Runs a TypeScript file under Node. */
export const runTs = (file, args = [], options = {}) =>
	run(process.execPath, ['--import', 'tsx', file, ...args], options);

function checkNode() {
	const major = Number(process.versions.node.split('.')[0]);
	if (major >= 20) return;
	throw new Error(`Node 20 or newer is needed, this is ${process.versions.node}.`);
}

/** npm packages, again only when the lock file changed. */
async function installPackages(options) {
	const lock = createHash('sha256')
		.update(readFileSync(`${root}package-lock.json`))
		.digest('hex');
	const mark = `${root}node_modules/.drydock-lock`;
	if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return;
	console.error('drydock: installing npm packages');
	// Not `npm ci`: it wants optional packages of every platform in the lock file, and some mirrors lack them.
	await run(
		'npm',
		['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'],
		options,
	);
	mkdirSync(`${root}node_modules`, { recursive: true });
	writeFileSync(mark, lock);
}

/** Node and the npm packages: enough for everything that needs no guest. */
export async function installTools(options) {
	checkNode();
	await installPackages(options);
}

/**
 * Makes the machine ready. `for` decides which Debian packages are wanted: `images` to build the guest
 * image (none when it is cached or named by DRYDOCK_IMAGES), `tests` for Chromium too.
 * Answers the folder of the guest images.
 */
export async function setUp({ tests = false, quiet = false } = {}) {
	// Commands whose stdout is read by a program keep it clean.
	const stdio = quiet ? ['ignore', 2, 2] : 'inherit';
	await installTools({ stdio });
	const { ensurePrerequisites } = await import('../images/build/prerequisites.mjs');
	if (tests) await ensurePrerequisites('tests');
	const out = `${root}node_modules/.drydock-images`;
	await runTs('images/build/main.ts', ['--print-folder-to', out], { stdio });
	return readFileSync(out, 'utf8').trim();
}

/** Ends with the error's text and its exit code, not with a stack of ours. */
export function fail(error) {
	const byProgram = typeof error.code === 'number';
	// A program that failed has said why.
	if (!byProgram) console.error(`drydock: ${error.message}`);
	process.exit(byProgram ? error.code : 1);
}
