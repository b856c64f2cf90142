import { Lexer, type Token, type Tokens } from 'marked';
import { parseCodeAction, parseInline, plainText, type Place } from './inline.ts';
import type { Block, LessonText, QuizOption, StepText } from './lesson.ts';
import { LessonError } from './lesson-error.ts';
import { walkBlocks } from './walk-blocks.ts';
import { splitDirectives, type Directive, type Source } from './directives.ts';

type Says = Record<string, Block[]>;

/** What only learners do; there are none in a presenter's notes. */
const learnersOwn: readonly Block['type'][] = ['task', 'quiz', 'answer', 'hint', 'predict'];

/** What reads Markdown goes down one call for each of them. */
const deepestQuote = 50;

const quoteMarks = (line: string) =>
	(/^[ \t>]*/.exec(line)?.[0] ?? '').replaceAll(/[^>]/g, '').length;

/** Reads one piece of Markdown; `says` collects the texts of dynamic hints on the way, `notes` those for a presenter. */
class BlockReader {
	readonly #file: string;
	readonly #terminals: readonly string[] | undefined;
	readonly says: Says = {};
	readonly notes: Block[] = [];

	constructor(file: string, terminals?: readonly string[]) {
		this.#file = file;
		this.#terminals = terminals;
	}

	read(source: Source): Block[] {
		return splitDirectives(this.#file, source).flatMap((piece) =>
			piece.kind === 'source' ? this.#markdown(piece) : this.#directive(piece),
		);
	}

	#place(source: Source): Place {
		const refuse = (raw: string, reason: string): never => {
			const [first = ''] = raw.trim().split('\n');
			const offset = source.lines.findIndex((line) => line.includes(first));
			throw new LessonError(this.#file, source.line + Math.max(0, offset), reason);
		};
		return { refuse, terminals: this.#terminals };
	}

	#markdown(source: Source): Block[] {
		const deep = source.lines.findIndex((line) => quoteMarks(line) > deepestQuote);
		if (deep >= 0)
			throw new LessonError(this.#file, source.line + deep, 'quotes are nested too deep');
		// "```{{exec}}" closes a block and names its action: the token moves to a line of its own.
		const text = source.lines
			.map((line) =>
				line.replace(/^([ \t>]*)(```+)\{\{([^}]*)\}\}[ \t]*$/, '$1$2\n$1\n$1{{$3}}\n$1'),
			)
			.join('\n');
		return this.#blocks(new Lexer({ gfm: true }).lex(text), this.#place(source));
	}

	#blocks(tokens: readonly Token[], place: Place): Block[] {
		const blocks: Block[] = [];
		for (const token of tokens) {
			const last = blocks.at(-1);
			const action = /^\{\{([^}]*)\}\}$/.exec(token.raw.trim());
			if (action && last?.type === 'code') {
				const parsed = parseCodeAction(action[1] ?? '', token.raw, place);
				if (parsed) last.action = parsed;
			} else blocks.push(...this.#block(token, place));
		}
		return blocks;
	}

	#block(token: Token, place: Place): Block[] {
		switch (token.type) {
			case 'space':
				return [];
			case 'hr':
				return [{ type: 'rule' }];
			case 'heading': {
				const { depth, tokens } = token as Tokens.Heading;
				return [{ type: 'heading', depth, children: parseInline(tokens, place) }];
			}
			case 'text':
			case 'paragraph': {
				const tokens = (token as Tokens.Paragraph).tokens ?? [];
				return [{ type: 'paragraph', children: parseInline(tokens, place) }];
			}
			case 'blockquote': {
				const { tokens } = token as Tokens.Blockquote;
				return [{ type: 'quote', children: this.#blocks(tokens, place) }];
			}
			case 'code': {
				const { text, lang } = token as Tokens.Code;
				return [{ type: 'code', lang: lang ?? '', text }];
			}
			case 'list':
				return [this.#list(token as Tokens.List, place)];
			case 'table':
				return [this.#table(token as Tokens.Table, place)];
			case 'html':
				return place.refuse(token.raw, 'raw HTML is not allowed in lessons');
			default:
				return place.refuse(token.raw, `${token.type} is not part of the lessons' Markdown`);
		}
	}

	#list(token: Tokens.List, place: Place): Block {
		const items = token.items.map((item) => this.#blocks(item.tokens, place));
		const start = typeof token.start === 'number' ? token.start : 1;
		return { type: 'list', ordered: token.ordered, start, items };
	}

	#table(token: Tokens.Table, place: Place): Block {
		const cells = (row: Tokens.TableCell[]) => row.map((cell) => parseInline(cell.tokens, place));
		return { type: 'table', head: cells(token.header), rows: token.rows.map(cells) };
	}

	#attribute(directive: Directive, name: string): string {
		const value = directive.attributes[name];
		if (value !== undefined && value !== '') return value;
		const reason = `:::${directive.name} needs {${name === 'id' ? '#id' : `${name}=…`}}`;
		throw new LessonError(this.#file, directive.line, reason);
	}

	#directive(directive: Directive): Block[] {
		const [first, second] = directive.parts;
		const inside = () => (first ? this.read(first) : []);
		switch (directive.name) {
			case 'task': {
				const check = this.#attribute(directive, 'check');
				return [{ type: 'task', check, active: inside(), done: second ? this.read(second) : [] }];
			}
			case 'hint':
				return [{ type: 'hint', children: inside() }];
			case 'real':
				return [{ type: 'real', children: inside() }];
			case 'note':
				return [{ type: 'note', title: directive.attributes['title'] ?? '', children: inside() }];
			case 'say':
				this.says[this.#attribute(directive, 'id')] = inside();
				return [];
			case 'presenter':
				this.notes.push(...this.#ofPresenter(directive, inside()));
				return [];
			case 'answer':
				return [this.#answer(directive, inside())];
			case 'quiz':
				return [{ type: 'quiz', ...this.#choice(directive) }];
			case 'predict':
				return [this.#predict(directive)];
			default:
				throw new LessonError(this.#file, directive.line, `unknown block :::${directive.name}`);
		}
	}

	#ofPresenter(directive: Directive, blocks: Block[]): Block[] {
		walkBlocks(blocks, ({ type }) => {
			if (learnersOwn.includes(type))
				throw new LessonError(this.#file, directive.line, `:::presenter holds no :::${type}`);
		});
		return blocks;
	}

	#answer(directive: Directive, blocks: Block[]): Block {
		const [label] = blocks;
		if (blocks.length !== 1 || label?.type !== 'paragraph')
			throw new LessonError(this.#file, directive.line, ':::answer holds one line, its question');
		return { type: 'answer', field: this.#attribute(directive, 'id'), label: label.children };
	}

	#predict(directive: Directive): Block {
		const after = this.#attribute(directive, 'after');
		const choice = this.#choice(directive);
		if (choice.options.filter((option) => option.correct).length > 1)
			throw new LessonError(this.#file, directive.line, ':::predict has one "- [x]": what happens');
		return { type: 'predict', after, ...choice };
	}

	/** A question with options, one or several of them right, and what is said about them. */
	#choice(directive: Directive): Omit<Extract<Block, { type: 'quiz' }>, 'type'> {
		const [first, second] = directive.parts;
		const question: Source = { kind: 'source', line: first?.line ?? 0, lines: [] };
		const options: QuizOption[] = [];
		for (const [index, line] of (first?.lines ?? []).entries()) {
			const match = /^[-*] \[([ xX])\] (.*)$/.exec(line);
			if (!match) {
				question.lines.push(line);
				continue;
			}
			const at: Source = { kind: 'source', line: question.line + index, lines: [match[2] ?? ''] };
			const [block] = this.#markdown(at);
			const children = block?.type === 'paragraph' ? block.children : [];
			options.push({ correct: match[1] !== ' ', children });
		}
		if (options.length < 2 || !options.some((option) => option.correct)) {
			const reason = `:::${directive.name} needs two options or more, one of them "- [x]"`;
			throw new LessonError(this.#file, directive.line, reason);
		}
		return {
			id: this.#attribute(directive, 'id'),
			question: this.read(question),
			options,
			feedback: second ? this.read(second) : [],
		};
	}
}

function takeHeading(file: string, source: Source, blocks: Block[], depth: number): string {
	const [first] = blocks;
	if (first?.type !== 'heading' || first.depth !== depth) {
		const reason = `expected a heading of level ${depth} ("${'#'.repeat(depth)} …") first`;
		throw new LessonError(file, source.line, reason);
	}
	blocks.shift();
	return plainText(first.children);
}

const stepMark = /^<!--\s*step:\s*([a-z0-9-]+)\s*-->\s*$/;
const finishMark = /^<!--\s*finish\s*-->\s*$/;

interface Sections {
	intro: Source;
	steps: { id: string; source: Source }[];
	finish: Source;
}

function sections(file: string, text: string): Sections {
	const from = (line: number): Source => ({ kind: 'source', line, lines: [] });
	const [intro, steps]: [Source, Sections['steps']] = [from(1), []];
	let finish: Source | undefined;
	for (const [index, line] of text.split(/\r?\n/).entries()) {
		const id = stepMark.exec(line)?.[1];
		if (id !== undefined && finish)
			throw new LessonError(file, index + 1, 'a step stands before <!-- finish -->');
		if (id !== undefined) steps.push({ id, source: from(index + 2) });
		else if (finishMark.test(line)) finish = from(index + 2);
		else (finish ?? steps.at(-1)?.source ?? intro).lines.push(line);
	}
	return { intro, steps, finish: finish ?? from(1) };
}

/** What stands at the end has nothing that a learner would still have to do. */
function readFinish(file: string, source: Source, terminals?: readonly string[]): Block[] {
	const blocks = new BlockReader(file, terminals).read(source);
	walkBlocks(blocks, ({ type }) => {
		if (type !== 'hint' && learnersOwn.includes(type))
			throw new LessonError(file, source.line, `<!-- finish --> holds no :::${type}`);
	});
	return blocks;
}

/** Reads `zh-CN.md` or `en.md`; code may name these terminals. Throws {@link LessonError} with file, line and reason. */
export function parseText(file: string, text: string, terminals?: readonly string[]): LessonText {
	const { intro, steps, finish } = sections(file, text);
	const opening = new BlockReader(file, terminals);
	const blocks = opening.read(intro);
	const title = takeHeading(file, intro, blocks, 1);
	return {
		title,
		intro: blocks,
		steps: steps.map(({ id, source }, index): StepText => {
			const reader = new BlockReader(file, terminals);
			const inside = reader.read(source);
			return {
				id,
				title: takeHeading(file, source, inside, 2),
				blocks: inside,
				says: reader.says,
				// The introduction is shown above the first step.
				notes: index === 0 ? [...opening.notes, ...reader.notes] : reader.notes,
			};
		}),
		finish: readFinish(file, finish, terminals),
	};
}
