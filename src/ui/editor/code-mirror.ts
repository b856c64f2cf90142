import {
	autocompletion,
	closeBrackets,
	completionKeymap,
	type Completion,
	type CompletionContext,
	type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
	bracketMatching,
	foldGutter,
	HighlightStyle,
	indentOnInput,
	indentUnit,
	syntaxHighlighting,
} from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { unifiedMergeView } from '@codemirror/merge';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import {
	drawSelection,
	EditorView,
	highlightActiveLine,
	hoverTooltip,
	keymap,
	lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { ApiSchemas, KindSchema, Schema } from './schema.ts';
import { fieldAt, kindFrom, placeAt } from './yaml-place.ts';

export interface EditorOptions {
	parent: HTMLElement;
	label: string;
	/** Undefined where there is no API: then there is neither completion nor explanation. */
	schemas: ApiSchemas | undefined;
	onChange: (text: string) => void;
}

const look = EditorView.theme({
	'&': {
		height: '100%',
		background: 'var(--surface)',
		color: 'var(--ink)',
		fontSize: 'var(--step--1)',
	},
	'.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.55' },
	'.cm-gutters': { background: 'var(--surface-sunk)', color: 'var(--ink-faint)', border: '0' },
	'.cm-activeLine': { background: 'color-mix(in srgb, var(--sea-wash) 45%, transparent)' },
	'.cm-content': { caretColor: 'var(--sea)' },
	'.cm-cursor': { borderLeftColor: 'var(--sea)', borderLeftWidth: '2px' },
	'&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
		{
			background: 'var(--sea-wash)',
		},
	'.cm-tooltip': {
		border: '1px solid var(--line-strong)',
		borderRadius: 'var(--radius)',
		background: 'var(--surface)',
		color: 'var(--ink)',
		boxShadow: 'var(--shadow)',
	},
	'.cm-tooltip-autocomplete ul li': { padding: '0.2rem 0.6rem', minHeight: '1.5rem' },
	'.cm-tooltip-autocomplete ul li[aria-selected]': {
		background: 'var(--sea-wash)',
		color: 'var(--ink)',
	},
	'.cm-hover': { maxWidth: '26rem', padding: '0.4rem 0.7rem', lineHeight: '1.5' },
	'.cm-insertedLine, .cm-changedText': { background: 'var(--ready-wash)' },
	'.cm-deletedChunk': { background: 'var(--failing-wash)', color: 'var(--ink)' },
});

const colours = HighlightStyle.define([
	{ tag: tags.propertyName, color: 'var(--sea)' },
	{ tag: [tags.string, tags.content], color: 'var(--ink)' },
	{ tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--version-2)' },
	{ tag: tags.comment, color: 'var(--ink-faint)' },
	{ tag: [tags.separator, tags.punctuation, tags.meta], color: 'var(--ink-soft)' },
]);

function typeOf(schema: Schema): string {
	return schema.type ?? (schema.oneOf ? schema.oneOf.map((one) => one.type ?? '').join(' | ') : '');
}

/** What is written behind a key of this type. */
function applied(name: string, schema: Schema, column: number): string {
	const below = `\n${' '.repeat(column + 2)}`;
	if (schema.type === 'array') return `${name}:${below}- `;
	return schema.type === 'object' ? `${name}:${below}` : `${name}: `;
}

async function schemaFrom(
	schemas: ApiSchemas,
	text: string,
	start: number,
): Promise<KindSchema | undefined> {
	const known = kindFrom(text, start);
	return known && schemas.kind(known.apiVersion, known.kind);
}

async function complete(
	schemas: ApiSchemas,
	context: CompletionContext,
): Promise<CompletionResult | null> {
	const text = context.state.doc.toString();
	const place = placeAt(text, context.pos);
	if (place.word === '' && !context.explicit && place.key === undefined) return null;
	const from = place.from;
	const top = place.parent.length === 0;
	if (top && place.key !== undefined && (place.key === 'kind' || place.key === 'apiVersion')) {
		const kinds = await schemas.kinds();
		const values = [...new Set(kinds.map((one) => one[place.key as 'kind' | 'apiVersion']))];
		return { from, options: values.sort().map((label) => ({ label, type: 'enum' })) };
	}
	const kind = await schemaFrom(schemas, text, place.start);
	if (!kind) {
		if (!top || place.key !== undefined) return null;
		return {
			from,
			options: ['apiVersion', 'kind', 'metadata', 'spec'].map((label) => ({
				label,
				apply: `${label}: `,
			})),
		};
	}
	if (place.key !== undefined) {
		const values = valuesOf(kind.at([...place.parent, place.key]));
		return values.length > 0 ? { from, options: values } : null;
	}
	const parent = kind.at(place.parent);
	const column = from - context.state.doc.lineAt(from).from;
	const options = Object.entries(parent?.properties ?? {})
		.filter(([name]) => !place.siblings.includes(name))
		.map(([name, property]): Completion => {
			const schema = kind.resolve(property);
			const required = parent?.required?.includes(name) === true;
			return {
				label: name,
				detail: typeOf(schema),
				type: 'property',
				boost: required ? 2 : name === 'status' ? -2 : 0,
				apply: applied(name, schema, column),
				...(schema.description === undefined ? {} : { info: schema.description }),
			};
		});
	return { from, options, validFor: /^[\w-]*$/ };
}

function valuesOf(schema: Schema | undefined): Completion[] {
	if (!schema) return [];
	if (schema.type === 'boolean')
		return ['true', 'false'].map((label) => ({ label, type: 'keyword' }));
	return (schema.enum ?? []).map((value) => ({ label: String(value), type: 'enum' }));
}

function explain(schemas: ApiSchemas): Extension {
	return hoverTooltip(async (view, position) => {
		const text = view.state.doc.toString();
		const field = fieldAt(text, position);
		if (!field) return null;
		const kind = await schemaFrom(schemas, text, field.start);
		const schema = kind?.at(field.path);
		if (!schema?.description) return null;
		return {
			pos: position,
			create: () => {
				const dom = document.createElement('div');
				dom.className = 'cm-hover';
				const type = document.createElement('code');
				type.textContent = `${field.path.at(-1) ?? ''} ${typeOf(schema)}`;
				const about = document.createElement('p');
				about.lang = 'en';
				about.textContent = schema.description ?? '';
				dom.append(type, about);
				return { dom };
			},
		};
	});
}

/** CodeMirror with YAML, and what the API server says about its kinds. */
export class YamlEditor {
	readonly #view: EditorView;
	readonly #diff = new Compartment();
	readonly #tab = new Compartment();
	#tabIndents = false;

	constructor(options: EditorOptions) {
		const { schemas } = options;
		this.#view = new EditorView({
			parent: options.parent,
			state: EditorState.create({
				extensions: [
					lineNumbers(),
					foldGutter(),
					history(),
					drawSelection(),
					indentOnInput(),
					indentUnit.of('  '),
					bracketMatching(),
					closeBrackets(),
					highlightActiveLine(),
					yaml(),
					syntaxHighlighting(colours),
					look,
					lintGutter(),
					EditorState.tabSize.of(2),
					EditorView.contentAttributes.of({
						'aria-label': options.label,
						lang: 'en',
						spellcheck: 'false',
					}),
					this.#tab.of([]),
					this.#diff.of([]),
					schemas
						? [
								autocompletion({ override: [(context) => complete(schemas, context)] }),
								explain(schemas),
							]
						: [],
					keymap.of([
						{ key: 'Escape', run: () => this.#leave() },
						...completionKeymap,
						...defaultKeymap,
						...historyKeymap,
						...lintKeymap,
					]),
					EditorView.domEventHandlers({
						mousedown: () => this.#stay(),
						focusout: () => void this.#leave(),
					}),
					EditorView.updateListener.of((update) => {
						if (!update.docChanged) return;
						if (
							update.transactions.some(
								(one) => one.isUserEvent('input') || one.isUserEvent('delete'),
							)
						)
							this.#stay();
						options.onChange(update.state.doc.toString());
					}),
				],
			}),
		});
	}
	get text(): string {
		return this.#view.state.doc.toString();
	}
	set text(text: string) {
		const { length } = this.#view.state.doc;
		this.#view.dispatch({ changes: { from: 0, to: length, insert: text } });
	}
	/** In place of what is selected, or at the cursor. */
	insert(text: string): void {
		this.#view.dispatch(this.#view.state.replaceSelection(text), { userEvent: 'input' });
		this.focus();
	}
	/** Shows what differs from this text inside the document; undefined shows the document alone. */
	compare(original: string | undefined): void {
		const merge =
			original === undefined
				? []
				: unifiedMergeView({ original, mergeControls: false, gutter: true });
		this.#view.dispatch({ effects: this.#diff.reconfigure(merge) });
	}
	mark(diagnostics: Diagnostic[]): void {
		this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics));
	}
	/** Line of an offset, from 1. */
	line(offset: number): number {
		return this.#view.state.doc.lineAt(Math.min(offset, this.#view.state.doc.length)).number;
	}
	reveal(offset: number): void {
		const anchor = Math.min(offset, this.#view.state.doc.length);
		this.#view.dispatch({
			selection: { anchor },
			effects: EditorView.scrollIntoView(anchor, { y: 'center' }),
		});
		this.focus();
	}
	focus(): void {
		this.#view.focus();
	}
	destroy(): void {
		this.#view.destroy();
	}
	/** Somebody who has typed or clicked means to indent with Tab; who only came along with Tab goes on with it. */
	#stay(): void {
		if (this.#tabIndents) return;
		this.#tabIndents = true;
		this.#view.dispatch({ effects: this.#tab.reconfigure(keymap.of([indentWithTab])) });
	}
	#leave(): boolean {
		if (!this.#tabIndents) return false;
		this.#tabIndents = false;
		this.#view.dispatch({ effects: this.#tab.reconfigure([]) });
		return false;
	}
}
