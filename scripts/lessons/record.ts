import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDocument, stringify } from 'yaml';
import { terminalNode } from '../../src/lesson/terminals.ts';
import { filesBelow, lessonFolders, lessonsRoot } from '../../test/harness/lessons.ts';
import { loadLesson } from '../../src/lesson/load.ts';
import { Rack } from '../../test/harness/rack.ts';
import { Solver } from '../../test/harness/solver.ts';

const history = '/root/.lesson-history';

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		step: { type: 'string' },
		terminal: { type: 'string' },
		write: { type: 'boolean', default: false },
	},
});
const [id = ''] = positionals;
const found = lessonFolders()
	.map((folder) => ({ folder, lesson: loadLesson(folder, filesBelow(join(lessonsRoot, folder))) }))
	.find(({ lesson }) => lesson.id === id);
if (!found) {
	console.error('npm run lesson:record <id> [--step ID] [--terminal NAME] [--write]');
	process.exit(2);
}
const { folder, lesson } = found;
const index =
	values.step === undefined ? 0 : lesson.steps.findIndex(({ id }) => id === values.step);
if (index === -1) {
	console.error(
		`${id} has no step ${values.step}: ${lesson.steps.map((step) => step.id).join(', ')}`,
	);
	process.exit(2);
}
const terminal = values.terminal ?? lesson.terminals[0]?.name ?? '';
const node = terminalNode(lesson, terminal);

/** Passes this terminal through to a shell of the machine until that shell ends. */
async function typeInto(solver: Solver): Promise<void> {
	const { stdin, stdout } = process;
	const size = { rows: stdout.rows || 30, columns: stdout.columns || 100 };
	const argv = ['/usr/bin/env', `HISTFILE=${history}`, 'HISTCONTROL=', '/bin/bash', '-l'];
	const session = await solver.cluster.openTerminal(node, { ...size, argv });
	const ended = new Promise<void>((resolve) => session.onExit(() => resolve()));
	session.onData((data) => stdout.write(data));
	if (stdin.isTTY) stdin.setRawMode(true);
	stdin.on('data', (data: Buffer) => session.write(new Uint8Array(data)));
	stdout.on('resize', () => session.resize(stdout.rows, stdout.columns));
	await ended;
	if (stdin.isTTY) stdin.setRawMode(false);
	stdin.pause();
}

const solver = new Solver(lesson, await Rack.load());
try {
	console.error(`starting the machines of ${id}`);
	await solver.start();
	for (const step of solver.lesson.steps.slice(0, index)) {
		console.error(`playing ${step.id}`);
		await solver.prove(step);
	}
	console.error(`type the solution of "${lesson.steps[index]?.id}" on ${terminal}; exit ends it\n`);
	await typeInto(solver);
	const { files } = await solver.cluster.look(node, { files: [history] });
	const typed = (files[history] ?? '').split('\n').map((line) => line.trim());
	const commands = typed.filter((line) => line !== '' && line !== 'exit' && line !== 'logout');
	const first = lesson.terminals[0]?.name;
	const solution = commands.map((text) =>
		terminal === first ? text : { type: text, on: terminal },
	);
	console.log(`\n${stringify({ solution }, { lineWidth: 0 })}`);
	if (values.write) {
		const file = join(lessonsRoot, folder, 'lesson.yaml');
		const document = parseDocument(readFileSync(file, 'utf8'));
		document.setIn(['steps', index, 'solution'], document.createNode(solution));
		writeFileSync(file, document.toString({ lineWidth: 100 }));
		console.error(`written to ${file}`);
	}
} finally {
	await solver.stop();
}
process.exit(0);
