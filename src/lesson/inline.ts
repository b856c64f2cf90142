import type { Token, Tokens } from 'marked';
import type { CodeAction, Inline } from './lesson.ts';

/** What the reader of one piece of text has to know besides its tokens. */
export interface Place {
	/** Says why a token cannot stand in a lesson; knows file and line. */
	refuse: (raw: string, reason: string) => never;
	/** Terminals and machines that code may name; all names when left out. */
	terminals: readonly string[] | undefined;
}

/** `exec`, `exec node-2`, `interrupt`, `copy`; undefined for the empty token, which means "no button". */
export function parseCodeAction(text: string, raw: string, place: Place): CodeAction | undefined {
	const { refuse, terminals } = place;
	const [verb = '', on, ...rest] = text.trim().split(/\s+/);
	if (rest.length > 0) refuse(raw, `{{${text}}}: one target at most`);
	if (on !== undefined && terminals && !terminals.includes(on))
		refuse(raw, `there is no terminal or machine "${on}"; this lesson has ${terminals.join(', ')}`);
	if (verb === '') return undefined;
	if (verb === 'copy') return { kind: 'copy' };
	if (verb === 'exec' || verb === 'interrupt')
		return on === undefined ? { kind: verb } : { kind: verb, on };
	return refuse(raw, `{{${text}}}: expected exec, interrupt or copy`);
}

const leadingAction = /^\{\{([^}]*)\}\}/;
const term = /:term\[([^\][]+)\]/;

/** `Pod`, or `shown words|Pod` where the sentence needs another form. */
function parseTerm(text: string): Inline {
	const bar = text.lastIndexOf('|');
	if (bar < 0) return { type: 'term', term: text };
	return { type: 'term', term: text.slice(bar + 1), label: text.slice(0, bar) };
}

/** Text between other tokens, with glossary terms taken out of it. */
function splitTerms(text: string): Inline[] {
	const parts = text.split(term);
	return parts.flatMap((part, index): Inline[] => {
		if (part === '') return [];
		return [index % 2 === 1 ? parseTerm(part) : { type: 'text', text: part }];
	});
}

/** Prose; an action in it stands behind no code, and would be read as it is written. */
function words(text: string, token: Token, place: Place): Inline[] {
	const [stray] = /\{\{[^{}]*\}\}/.exec(text) ?? [];
	if (stray !== undefined) place.refuse(token.raw, `${stray} stands behind no code`);
	return splitTerms(text);
}

function link(token: Tokens.Link, place: Place): Inline {
	// An address of a person that stands in a sentence is read, not followed.
	if (token.href === `mailto:${token.raw}`) return { type: 'text', text: token.raw };
	if (!/^(https?:\/\/|#|\.{0,2}\/(?!\/))/.test(token.href))
		place.refuse(token.raw, `link to "${token.href}": only http(s) and relative links`);
	return { type: 'link', href: token.href, children: parseInline(token.tokens, place) };
}

function one(token: Token, place: Place): Inline[] {
	switch (token.type) {
		case 'text':
		case 'escape':
			return words((token as Tokens.Text).text, token, place);
		case 'strong':
		case 'em': {
			const type = token.type === 'em' ? 'emphasis' : 'strong';
			return [{ type, children: parseInline((token as Tokens.Strong).tokens, place) }];
		}
		case 'codespan':
			return [{ type: 'code', text: (token as Tokens.Codespan).text }];
		case 'link':
			return [link(token as Tokens.Link, place)];
		case 'br':
			return [{ type: 'break' }];
		case 'html':
			return place.refuse(token.raw, 'raw HTML is not allowed in lessons');
		default:
			return place.refuse(token.raw, `${token.type} is not part of the lessons' Markdown`);
	}
}

/** Turns marked's inline tokens into ours; `{{exec}}` right after a code span becomes its action. */
export function parseInline(tokens: readonly Token[], place: Place): Inline[] {
	const result: Inline[] = [];
	for (const token of tokens) {
		const last = result.at(-1);
		const match = last?.type === 'code' && token.type === 'text' && leadingAction.exec(token.raw);
		if (last?.type !== 'code' || token.type !== 'text' || !match) {
			result.push(...one(token, place));
			continue;
		}
		const action = parseCodeAction(match[1] ?? '', token.raw, place);
		if (action) last.action = action;
		result.push(...words((token as Tokens.Text).text.slice(match[0].length), token, place));
	}
	return result;
}

/** The words of an inline sequence without markup: titles, accessible names. */
export function plainText(children: readonly Inline[]): string {
	return children
		.map((child) => {
			if (child.type === 'text' || child.type === 'code') return child.text;
			if (child.type === 'term') return child.label ?? child.term;
			return child.type === 'break' ? ' ' : plainText(child.children);
		})
		.join('');
}
