import type { LayoutPreset, Locale } from '../../../lesson/lesson.ts';
import type { Theme } from '../../state/settings.svelte.ts';

export interface EmbedChoice {
	lesson: string;
	from: string;
	to: string;
	lang: Locale | '';
	theme: Theme;
	layout: LayoutPreset | '';
	boot: 'click' | 'visible' | 'auto';
	solution: 'show' | 'after10' | 'hide';
}

/** Only what differs from what the frame does anyway; the names are those of docs/embedding.md. */
export function embedParameters(choice: EmbedChoice): [string, string][] {
	const { lesson, from, to, lang, theme, layout, boot, solution } = choice;
	const steps = from === '' ? '' : from === to || to === '' ? from : `${from}..${to}`;
	const all: [string, string, string][] = [
		['lesson', lesson, ''],
		['steps', steps, ''],
		['lang', lang, ''],
		['theme', theme, 'auto'],
		['layout', layout, ''],
		['boot', boot, 'click'],
		['solution', solution, 'show'],
	];
	return all.flatMap(([name, value, usual]) => (value === usual ? [] : [[name, value]]));
}

const quoted = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

/** The address of the frame. */
export function embedAddress(root: string, choice: EmbedChoice): string {
	return `${root}embed.html?${new URLSearchParams(embedParameters(choice))}`;
}

export function frameCode(root: string, choice: EmbedChoice, title: string): string {
	return [
		'<iframe',
		`  src="${quoted(embedAddress(root, choice))}"`,
		`  title="${quoted(title)}"`,
		'  width="100%" height="640" style="border:0" loading="lazy" allowfullscreen',
		'  allow="clipboard-read; clipboard-write; fullscreen"></iframe>',
	].join('\n');
}

export function elementCode(root: string, choice: EmbedChoice): string {
	const attributes = embedParameters(choice).map(([name, value]) => ` ${name}="${quoted(value)}"`);
	return [
		`<script type="module" src="${root}embed.js"></` + 'script>',
		`<drydock-lesson${attributes.join('')} height="640"></drydock-lesson>`,
	].join('\n');
}
