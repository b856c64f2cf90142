// Every pattern written in the tree is matched in linear time, whatever the text. A decision procedure says so, and one
// that it cannot decide (look-around over something of any length, back-references) counts as one that is not.
// Not seen: patterns assembled from strings, and a /g pattern that finds little and looks far ahead for each find.
import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { checkSync } from 'recheck';
import { parse } from 'svelte/compiler';
import ts from 'typescript';

/** Patterns of one file with their lines. */
function patternsOf(path) {
	const text = readFileSync(path, 'utf8');
	return path.endsWith('.svelte') ? ofComponent(text) : ofScript(path, text);
}

function ofScript(path, text) {
	const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
	const found = [];
	const walk = (node) => {
		if (ts.isRegularExpressionLiteral(node)) {
			const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
			found.push({ line: line + 1, pattern: node.text });
		}
		ts.forEachChild(node, walk);
	};
	walk(file);
	return found;
}

function ofComponent(text) {
	const found = [];
	const walk = (node) => {
		if (node === null || typeof node !== 'object') return;
		if (node.type === 'Literal' && node.regex)
			found.push({ line: text.slice(0, node.start).split('\n').length, pattern: node.raw });
		Object.values(node).forEach(walk);
	};
	walk(parse(text, { modern: true }));
	return found;
}

const asked = process.argv.slice(2);
const listed = ['ls-files', '--cached', '--others', '--exclude-standard'];
const { stdout } = spawnSync('git', [...listed, ...(asked.length > 0 ? asked : ['.'])], {
	encoding: 'utf8',
});
const paths = stdout
	.split('\n')
	.filter((path) => /\.(?:ts|js|mjs|cjs|svelte)$/.test(path))
	.filter((path) => !path.startsWith('test/') && !path.endsWith('.test.ts'));

const verdicts = new Map();
function verdictOf(pattern) {
	let verdict = verdicts.get(pattern);
	if (verdict === undefined) {
		const end = pattern.lastIndexOf('/');
		const flags = pattern.slice(end + 1).replaceAll('d', '');
		verdict = checkSync(pattern.slice(1, end), flags, { checker: 'automaton', timeout: 20_000 });
		verdicts.set(pattern, verdict);
	}
	return verdict;
}

let wrong = 0;
for (const path of paths)
	for (const { line, pattern } of patternsOf(path)) {
		const { status, complexity, attack, error } = verdictOf(pattern);
		if (status === 'safe') continue;
		wrong++;
		const why =
			status === 'vulnerable'
				? `${complexity.summary}, for ${attack.pattern}`
				: `cannot be decided: ${error?.kind} ${error?.message ?? ''}`;
		console.log(`${path}:${line}: ${pattern}\n\t${why}`);
	}
if (verdicts.size === 0) console.log('no patterns found');
process.exit(wrong > 0 || verdicts.size === 0 ? 1 : 0);
