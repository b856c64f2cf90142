import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import ts from 'typescript';
import { expect, it } from 'vitest';

/** A file of ours as a thread can import it that has no loader. */
function asScript(name: string): string {
	const text = readFileSync(new URL(name, import.meta.url), 'utf8');
	const { outputText } = ts.transpileModule(text, {
		compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
	});
	return JSON.stringify(`data:text/javascript,${encodeURIComponent(outputText)}`);
}

/** A thread with the net of every worker of ours, in which a promise and a timer go astray. */
const code = `
	const { parentPort } = require('node:worker_threads');
	Promise.all([import(${asScript('./strays.ts')}), import(${asScript('./log.ts')})]).then(
		([{ catchStrays }, { consoleLog }]) => {
			catchStrays(consoleLog, 'kubelet');
			parentPort.on('message', (message) => parentPort.postMessage('still here: ' + message));
			Promise.reject(new Error('a stray rejection'));
			setTimeout(() => { throw new Error('a stray exception'); });
		},
	);
`;

it('logs what nobody in a thread caught, and the thread lives', async () => {
	// eslint-disable-next-line no-restricted-syntax
	const worker = new Worker(code, { eval: true, stderr: true, execArgv: [] });
	try {
		let text = '';
		worker.stderr.on('data', (chunk) => (text += chunk));
		worker.postMessage('ping');
		const answer = await new Promise((resolve, reject) => {
			worker.once('message', resolve);
			worker.once('error', reject);
		});
		expect(answer).toBe('still here: ping');
		await expect
			.poll(() => text)
			.toContain('kubelet: an error that nobody caught: a stray exception');
		expect(text).toContain('kubelet: an error that nobody caught: a stray rejection');
		worker.postMessage('again');
		const again = new Promise((resolve) => worker.once('message', resolve));
		expect(await again).toBe('still here: again');
	} finally {
		await worker.terminate();
	}
}, 30_000);
