import { isMap, parse, stringify, parseDocument } from 'yaml';
import type { LessonFiles } from '../../src/lesson/load.ts';
import { damage, hostileKeys, hostileText, mutate } from './hostile.ts';
import type { Random } from './random.ts';

/** A file of a lesson is no longer than this when it is read. */
const mostText = 20_000;

const pieces = [
	'<script>alert(1)</script>',
	'<img src=x onerror=alert(1)>',
	'<a href="javascript:alert(1)">a</a>',
	'[a](javascript:alert(1))',
	'[a](JaVaScRiPt:alert(1))',
	'[a](java\tscript:alert(1))',
	'[a](&#106;avascript:alert(1))',
	'[a](data:text/html,<script>alert(1)</script>)',
	'[a](vbscript:x)',
	'[a](//evil.example)',
	'[a](/\\evil.example)',
	'[a](<javascript:alert(1)>)',
	'[a][r]\n\n[r]: javascript:alert(1)\n',
	'<javascript:alert(1)>',
	'<https://a.example/"onmouseover="alert(1)>',
	'![a](https://a.example/a.png)',
	'&lt;script&gt;',
	':::task{check=constructor}\nx\n:::\n',
	':::say{#__proto__}\nx\n:::\n',
	':::answer{#constructor}\nx\n:::\n',
	':::quiz{#toString}\nWhich?\n- [x] a\n- [ ] `b`\n+++\nc\n:::\n',
	':::predict{#p after=__proto__}\n?\n- [x] a\n- [ ] b\n:::\n',
	':::note{title="<b>"}\nx\n:::\n',
	':::presenter\nx\n:::\n',
	':::hint\n',
	':::\n',
	'+++\n',
	'```\n',
	'```bash\nls\n```{{exec}}\n',
	'~~~\n',
	'`ls`{{exec}}',
	'`ls`{{exec constructor}}',
	'`a`{{copy}}',
	'{{exec}}',
	':term[constructor]',
	':term[|]',
	'<!-- step: constructor -->\n## C\n',
	'<!-- step: one -->\n',
	'<!--',
	'| a | b |\n|---|---|\n| c |\n',
	'- [x] a\n- [ ] b\n',
	'99999999999. a\n',
	'\u2028',
	'\ufeff',
	'\u0000',
	'\r',
	'[^1]\n\n[^1]: note\n',
	'a@b.example',
	'https://a.example',
	'%{x}%{constructor}',
];

const repeated = [
	'> ',
	'- ',
	'*',
	'_',
	'`',
	'[',
	'![',
	'](',
	'<',
	'{{',
	':::',
	':::hint\n',
	'#',
	'|',
	'\\',
];

/** A file as somebody else wrote it. */
function once(random: Random, text: string): string {
	const lines = text.split('\n');
	const at = random.int(lines.length);
	const count = 1 + random.int(12);
	const block = lines.slice(at, at + count);
	const place = random.int(text.length + 1);
	return random.weighted<string>(
		[4, () => text.slice(0, place) + random.pick(pieces) + text.slice(place)],
		[4, () => lines.toSpliced(at, 0, random.pick(pieces)).join('\n')],
		[2, () => lines.toSpliced(random.int(lines.length), 0, ...block).join('\n')],
		[2, () => lines.toSpliced(at, count).join('\n')],
		[1, () => lines.toSpliced(at, count, ...block.toReversed()).join('\n')],
		[1, () => text.slice(0, place) + hostileText(random) + text.slice(place)],
		[1, () => lines.toSpliced(at, 0, many(random)).join('\n')],
		[1, () => text.slice(0, place) + text.slice(place + 1 + random.int(20))],
		[0.5, () => damage(random, text)],
	);
}

function many(random: Random): string {
	return random.pick(repeated).repeat(random.pick([3, 20, 200]));
}

export function spoiledText(random: Random, text: string): string {
	let spoilt = text;
	for (let left = 1 + random.int(3); left > 0; left--) spoilt = once(random, spoilt);
	return spoilt.slice(0, mostText);
}

/** A file of YAML that is still one, with values, keys and places that nobody expects. */
function spoiledYaml(random: Random, text: string): string {
	if (random.chance(0.4)) return spoiledText(random, text);
	const tree = parse(text) as object;
	for (let left = 1 + random.int(3); left > 0; left--) mutate(random, tree);
	try {
		return withTags(random, stringify(tree)).slice(0, mostText);
	} catch {
		// What is nested too deeply is no text.
		return text;
	}
}

/** Anchors, tags and merges, which a plain tree does not have. */
function withTags(random: Random, text: string): string {
	if (random.chance(0.7)) return text;
	const document = parseDocument(text);
	if (!isMap(document.contents)) return text;
	const odd = random.pick([
		'!!binary x',
		'&a [*a]',
		'*b',
		'!!js/function x',
		'<<',
		'? [a]',
		'!!set {a}',
	]);
	return `${text}\n${random.pick([...hostileKeys, 'cheats', 'tags', 'vars'])}: ${odd}\n`;
}

/** A lesson of which some files are spoiled, or gone. */
export function spoiledLesson(random: Random, lesson: LessonFiles): LessonFiles {
	const files = { ...lesson };
	const names = ['lesson.yaml', 'en.md', 'zh-CN.md'].filter(() => random.chance(0.4));
	for (const name of names.length > 0 ? names : ['en.md']) {
		const spoil = name === 'lesson.yaml' ? spoiledYaml : spoiledText;
		files[name] = spoil(random, (files[name] ?? '').slice(0, mostText));
	}
	if (random.chance(0.2)) Reflect.deleteProperty(files, random.pick(['en.md', 'zh-CN.md']));
	return files;
}
