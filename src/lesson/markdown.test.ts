import { describe, expect, it } from 'vitest';
import { LessonError } from './lesson-error.ts';
import { parseText } from './markdown.ts';

const head = '# A lesson\n\nIntro.\n\n<!-- step: one -->\n## First\n\n';
const blocksOf = (body: string) => parseText('en.md', head + body).steps[0]?.blocks;

describe('parseText', () => {
	it('separates title, introduction and steps', () => {
		const text = parseText('en.md', `${head}Do it.\n\n<!-- step: two -->\n## Second\n`);
		expect(text.title).toBe('A lesson');
		expect(text.intro).toEqual([
			{ type: 'paragraph', children: [{ type: 'text', text: 'Intro.' }] },
		]);
		expect(text.steps.map((step) => [step.id, step.title])).toEqual([
			['one', 'First'],
			['two', 'Second'],
		]);
	});

	it('keeps the notes of a presenter apart from the text', () => {
		const body = '# T\n\n:::presenter\nHello.\n:::\n\nIntro.\n\n<!-- step: one -->\n## First\n\n';
		const text = parseText('en.md', `${body}:::presenter\nAsk.\n\n\`ls\`{{exec}}\n:::\n\nRead.\n`);
		expect(text.intro).toHaveLength(1);
		expect(text.steps[0]?.blocks).toHaveLength(1);
		expect(text.steps[0]?.notes).toHaveLength(3);
		expect(() => blocksOf(':::presenter\n:::hint\nx\n:::\n:::\n')).toThrow(
			'en.md:8: :::presenter holds no :::hint',
		);
	});

	it('keeps what is said at the end apart from the last step', () => {
		const text = parseText('en.md', `${head}Do it.\n\n<!-- finish -->\n- You can do it.\n`);
		expect(text.steps[0]?.blocks).toHaveLength(1);
		expect(text.finish).toMatchObject([{ type: 'list' }]);
		expect(() =>
			parseText('en.md', `${head}<!-- finish -->\n\n<!-- step: two -->\n## S\n`),
		).toThrow('en.md:10: a step stands before <!-- finish -->');
		expect(() => parseText('en.md', `${head}<!-- finish -->\n:::task{check=a}\nb\n:::\n`)).toThrow(
			'en.md:9: <!-- finish --> holds no :::task',
		);
	});

	it('turns the token behind a code span into its action', () => {
		expect(blocksOf('Type `ls -l`{{exec node-2}}, then `pwd`{{}} or `a`{{copy}}.')).toEqual([
			{
				type: 'paragraph',
				children: [
					{ type: 'text', text: 'Type ' },
					{ type: 'code', text: 'ls -l', action: { kind: 'exec', on: 'node-2' } },
					{ type: 'text', text: ', then ' },
					{ type: 'code', text: 'pwd' },
					{ type: 'text', text: ' or ' },
					{ type: 'code', text: 'a', action: { kind: 'copy' } },
					{ type: 'text', text: '.' },
				],
			},
		]);
	});

	it('reads the action behind a fenced block and leaves braces inside it alone', () => {
		const block = '```bash\necho {{exec}} <b>\n```{{exec}}\n';
		expect(blocksOf(`${block}\nThen read.\n`)?.[1]).toEqual({
			type: 'paragraph',
			children: [{ type: 'text', text: 'Then read.' }],
		});
		expect(blocksOf(`${block}Read at once.\n`)).toHaveLength(2);
		expect(() => blocksOf('Read {{exec}} this.')).toThrow(
			'en.md:8: {{exec}} stands behind no code',
		);
		expect(blocksOf(block)).toEqual([
			{ type: 'code', lang: 'bash', text: 'echo {{exec}} <b>', action: { kind: 'exec' } },
		]);
	});

	it('reads the action behind a block in a list or a quotation, and goes on there', () => {
		const [list] =
			blocksOf('1. One\n\n   ```sh\n   ls\n   ```{{exec}}\n\n   More.\n\n1. Two') ?? [];
		expect(list).toMatchObject({
			type: 'list',
			items: [
				[
					{ type: 'paragraph' },
					{ type: 'code', text: 'ls', action: { kind: 'exec' } },
					{ type: 'paragraph', children: [{ text: 'More.' }] },
				],
				[{ type: 'paragraph', children: [{ text: 'Two' }] }],
			],
		});
		const [quoted] = blocksOf('> Say:\n>\n> ```\n> pwd\n> ```{{copy}}\n>\n> Done.') ?? [];
		expect(quoted).toMatchObject({
			type: 'quote',
			children: [
				{ type: 'paragraph' },
				{ type: 'code', text: 'pwd', action: { kind: 'copy' } },
				{ type: 'paragraph' },
			],
		});
	});

	it('takes three backquotes around words for code in a sentence', () => {
		expect(blocksOf('```ls```{{exec}}\n\n:::hint\nx\n:::\n')).toMatchObject([
			{ type: 'paragraph', children: [{ type: 'code', text: 'ls', action: { kind: 'exec' } }] },
			{ type: 'hint' },
		]);
	});

	it('lets the address of a person stand as words', () => {
		expect(blocksOf('Ask me@example.com.')).toMatchObject([
			{
				type: 'paragraph',
				children: [{ text: 'Ask ' }, { text: 'me@example.com' }, { text: '.' }],
			},
		]);
	});

	it('does not take ::: inside a code block for a container', () => {
		expect(blocksOf('```\n:::task{check=a}\n```\n')).toEqual([
			{ type: 'code', lang: '', text: ':::task{check=a}' },
		]);
	});

	it('cuts a task at +++ into what is to be done and what was done', () => {
		expect(blocksOf(':::task{check=up}\nWaiting.\n+++\nDone.\n:::\n')).toEqual([
			{
				type: 'task',
				check: 'up',
				active: [{ type: 'paragraph', children: [{ type: 'text', text: 'Waiting.' }] }],
				done: [{ type: 'paragraph', children: [{ type: 'text', text: 'Done.' }] }],
			},
		]);
	});

	it('keeps dynamic hints out of the text', () => {
		const text = parseText('en.md', `${head}:::say{#why}\nBecause.\n:::\n`);
		expect(text.steps[0]?.blocks).toEqual([]);
		expect(Object.keys(text.steps[0]?.says ?? {})).toEqual(['why']);
	});

	it('knows which option of a quiz is right', () => {
		const [quiz] = blocksOf(':::quiz{#q}\nWhich?\n- [ ] `a`\n- [x] b\n+++\nb it is.\n:::\n') ?? [];
		expect(quiz).toMatchObject({
			type: 'quiz',
			id: 'q',
			options: [
				{ correct: false, children: [{ type: 'code', text: 'a' }] },
				{ correct: true, children: [{ type: 'text', text: 'b' }] },
			],
		});
	});

	it('knows what happens after a prediction', () => {
		const [block] =
			blocksOf(':::predict{#p after=c}\nAnd now?\n- [ ] a\n- [x] b\n+++\nb.\n:::\n') ?? [];
		expect(block).toMatchObject({
			type: 'predict',
			id: 'p',
			after: 'c',
			options: [{ correct: false }, { correct: true }],
			feedback: [{ type: 'paragraph' }],
		});
	});

	it('marks glossary terms in other words', () => {
		expect(blocksOf('叫:term[进程|process]。')).toEqual([
			{
				type: 'paragraph',
				children: [
					{ type: 'text', text: '叫' },
					{ type: 'term', term: 'process', label: '进程' },
					{ type: 'text', text: '。' },
				],
			},
		]);
	});

	it('marks glossary terms', () => {
		expect(blocksOf('A :term[Pod] runs.')).toEqual([
			{
				type: 'paragraph',
				children: [
					{ type: 'text', text: 'A ' },
					{ type: 'term', term: 'Pod' },
					{ type: 'text', text: ' runs.' },
				],
			},
		]);
	});

	it.each([
		['<b>bold</b>', 'en.md:8: raw HTML is not allowed in lessons'],
		['text\n\n<div>\nx\n</div>', 'en.md:10: raw HTML is not allowed in lessons'],
		['x\n\n:::task{check=a}\nnever closed', 'en.md:10: this block has no closing ":::"'],
		[':::task\nx\n:::', 'en.md:8: :::task needs {check=…}'],
		[':::video{#a}\nx\n:::', 'en.md:8: unknown block :::video'],
		[':::', 'en.md:8: ":::" closes nothing'],
		['`ls`{{run}}', 'en.md:8: {{run}}: expected exec, interrupt or copy'],
		[':::quiz{#q}\nWhich?\n- [ ] a\n- [ ] b\n:::', 'two options or more, one of them "- [x]"'],
		[':::predict{#p}\n?\n- [ ] a\n- [x] b\n:::', ':::predict needs {after=…}'],
		[':::predict{#p after=c}\n?\n- [x] a\n- [x] b\n:::', 'one "- [x]": what happens'],
		['[x](javascript:alert(1))', 'only http(s) and relative links'],
		['![x](y.png)', 'image is not part of the lessons'],
	])('refuses %j with file, line and reason', (body, reason) => {
		expect(() => blocksOf(body)).toThrow(reason);
	});

	it('asks for the headings it needs', () => {
		expect(() => parseText('en.md', 'No title')).toThrow('en.md:1: expected a heading of level 1');
		expect(() => parseText('en.md', '# T\n<!-- step: a -->\ntext')).toThrow('en.md:3: expected');
	});
});

describe('text that was written to keep the reader busy', () => {
	const long = 4000;
	const texts: Record<string, string> = {
		quotes: `${'> '.repeat(40)}x`,
		'quotes without an end': `${'> '.repeat(long)}x`,
		'actions without an end': '{{'.repeat(long),
		'attributes without an end': `:::task{${'a-'.repeat(long)}}\n:::`,
	};
	it.each(Object.keys(texts))('is read or refused within a second: %s', (name) => {
		const began = performance.now();
		try {
			parseText('en.md', `# Title\n\n${texts[name]}\n`);
		} catch (error) {
			expect(error).toBeInstanceOf(LessonError);
		}
		expect(performance.now() - began).toBeLessThan(1000);
	});
});
