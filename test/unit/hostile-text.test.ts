import { describe, expect, it } from 'vitest';
import { globMatches, nameMatcher } from '../../src/cli/docker/filters.ts';
import { GoTemplate as DockerTemplate } from '../../src/cli/docker/go-template.ts';
import { parseTime } from '../../src/cli/docker/human.ts';
import { parseGoDuration } from '../../src/cli/duration.ts';
import { parseFlags } from '../../src/cli/flags.ts';
import { parseColumns, parseColumnsFile } from '../../src/cli/kubectl/custom-columns.ts';
import { nameFromImage } from '../../src/cli/kubectl/generate.ts';
import { GoTemplate } from '../../src/cli/kubectl/go-template.ts';
import { parseJsonPath } from '../../src/cli/kubectl/jsonpath-parser.ts';
import { relaxedJsonPath } from '../../src/cli/kubectl/jsonpath.ts';
import { matchingContainers } from '../../src/cli/kubectl/pod-template.ts';
import { toYaml } from '../../src/cli/kubectl/yaml-writer.ts';
import { parseQuantity } from '../../src/client/quantity.ts';
import { decodePath, parseQuery } from '../../src/client/query.ts';
import { parseFieldSelector, parseLabelSelector } from '../../src/client/selectors.ts';
import { importText } from '../../src/lesson/killercoda-text.ts';
import { importKillercoda } from '../../src/lesson/killercoda.ts';
import { readStranger, strangerLimits } from '../../src/lesson/stranger.ts';
import { parseReference } from '../../src/node/engine/reference.ts';
import { parseRules } from '../../src/node/inspect/rules.ts';
import { readParameters } from '../../src/ui/embed/parameters.ts';
import { readPath } from '../../src/ui/editor/schema.ts';
import { readLines } from '../../src/ui/pages/teach/results.ts';
import { commandOf, isPrompt } from '../../src/ui/terminal/prompt.ts';

/** What takes time that grows with the square of this takes minutes; what is linear takes milliseconds. */
const size = 128 * 1024;
const patience = 2000;

const stringsFlag = { name: 's', type: 'strings', usage: '' } as const;
const pod = { kind: 'Pod', containers: [{ name: `${'a'.repeat(5000)}!` }] };

/** Everything that takes a text apart which somebody else has written. */
const readers: Record<string, (text: string) => unknown> = {
	'label selector': parseLabelSelector,
	'field selector': parseFieldSelector,
	jsonpath: (text) => parseJsonPath(`{${text}}`),
	'jsonpath filter': (text) => parseJsonPath(`{[?(${text})]}`),
	'jsonpath without braces': relaxedJsonPath,
	'go template': (text) => new GoTemplate(text),
	'action of a go template': (text) => new GoTemplate(`{{${text}}}`),
	'docker --format': (text) => new DockerTemplate(text),
	"action of docker's --format": (text) => new DockerTemplate(`{{${text}}}`),
	'docker --filter reference': (text) => globMatches('*a*a*a*b', text),
	'docker --since': (text) => parseTime(text, 0),
	'custom columns': parseColumns,
	'custom columns of a file': parseColumnsFile,
	'list of a flag': (text) => parseFlags([stringsFlag], [`--s=${text}`]).list('s'),
	'pattern for containers': (text) => matchingContainers(pod, `*${text}*`),
	'text for YAML': (text) => toYaml({ [text]: text }),
	duration: parseGoDuration,
	quantity: parseQuantity,
	query: parseQuery,
	path: decodePath,
	'image reference': parseReference,
	'name from an image': nameFromImage,
	'parameters of an embed': (text) =>
		readParameters(`?steps=${text}&origin=${text}&lesson=${text}`),
	'path of a field': readPath,
	'line of a shell': (text) => [isPrompt(`${text}> `), commandOf(text), commandOf(`a# ${text}\n`)],
	'receipts handed in': (text) => readLines(`${text} drydock:${text}`, `${text}drydock-a`, []),
	'rules of a node': parseRules,
	"Killercoda's Markdown": (text) => importText(text, () => undefined),
};

const pieces = [
	...['a', ' ', '\t', '\n', '/', '.', ',', '=', '!', '(', ')', '[', ']', '{', '}', '"', "'", '`'],
	...['\\', '\\"', '1', '1s', '.1', 'a.', '-', '_', ':', 'a,', 'in (', '$', '$a', '@', '@.a', '*'],
	...[
		'a*',
		'[a',
		'|',
		'<',
		'> ',
		'# ',
		'..',
		'{{',
		'{{.a}}',
		'{{"',
		'{{if a}}',
		'{{range $a',
		'[?(',
	],
	...['\r', '\u2028', '- ', '</details>', '<details>', '<details><summary>', '`a`{{exec', '```a\n'],
	...[
		'{{execute ',
		'](',
		'![a](',
		'<!--',
		'<a ',
		'<http://',
		'[a]({{TRAFFIC',
		'drydock:',
		'drydock-',
	],
	...[
		'==1',
		'(1)',
		'~~',
		'**a',
		'_a@',
		'<_a',
		'__a',
		'*a**b',
		'```{{',
		':::',
		':::note\n',
		'~~~\n',
	],
];

function milliseconds(work: () => unknown): number {
	const began = performance.now();
	try {
		work();
	} catch {
		// Being refused is fine.
	}
	return performance.now() - began;
}

const slow = (read: (text: string) => unknown, texts: Iterable<[string, string]>): string[] =>
	[...texts].flatMap(([name, text]) => {
		const took = milliseconds(() => read(text));
		return took > patience ? [`${JSON.stringify(name)}: ${Math.round(took)} ms`] : [];
	});

/** A piece many times over, alone and in front of something that does not fit. */
function* floods(): Generator<[string, string]> {
	for (const piece of pieces) {
		const flood = piece.repeat(size / piece.length);
		yield [piece, flood];
		yield [`${piece} …`, `${flood}\0`];
	}
}

describe('a text that was written to keep the page busy', () => {
	it.each(Object.entries(readers))('%s', { timeout: 60_000 }, (_name, read) => {
		expect(slow(read, floods())).toEqual([]);
	});

	it('is a pattern for names', async () => {
		const matches = await nameMatcher('(a+)+(b+)+$');
		expect(slow(matches, [['a', `${'a'.repeat(5000)}!`]])).toEqual([]);
	});

	it('is a pattern for files in a scenario', { timeout: 60_000 }, () => {
		const scenario = (file: string) => ({
			'index.json': JSON.stringify({
				details: { assets: { host01: [{ file, target: '/root' }] } },
			}),
			[`assets/${'a/'.repeat(2000)}b`]: '',
		});
		const read = (file: string) => importKillercoda(scenario(file));
		expect(slow(read, [['**/a', `${'**/a/'.repeat(20)}c`]])).toEqual([]);
		expect(slow(read, [['*a', `${'*a'.repeat(20)}c`]])).toEqual([]);
	});
});

const yaml = `format: 1
id: theirs
version: 1
level: basic
minutes: 5
real: { linux: real, docker: none, kubernetes: none }
cluster: { nodes: 1, runs: linux }
terminals: [{ on: node-1 }]
layout: { preset: split, view: processes }
steps: [{ id: one, solution: [ls] }]
`;

describe('a lesson that was written to keep the page busy', () => {
	const bytes = (text: string) => new TextEncoder().encode(text);
	const read = (text: string) =>
		readStranger({
			'lesson.yaml': bytes(yaml),
			'en.md': bytes(`# T\n\n<!-- step: one -->\n## S\n\n${text}`),
		});

	it('is refused or read', { timeout: 60_000 }, () => {
		expect(slow(read, floods())).toEqual([]);
	});

	it('is read when every paragraph is as long as it may be', { timeout: 120_000 }, () => {
		const { blockLength, blockMarks, textBytes } = strangerLimits;
		const packed = pieces.map((piece): [string, string] => {
			const marks = piece.replace(/[^*_~`[\]<!@&\\]/g, '').length;
			const most = Math.min(blockLength / piece.length, blockMarks / marks);
			const block = `${piece.repeat(Math.floor(most))}\n\n`;
			return [piece, block.repeat((textBytes - 100) / block.length)];
		});
		expect(slow(read, packed)).toEqual([]);
	});
});
