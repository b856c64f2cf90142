import type { Locale, LayoutPreset } from '../../lesson/lesson.ts';
import type { Theme } from '../state/settings.svelte.ts';

/** What the address of an embedded lesson asks for; everything that is unknown or malformed is left out. */
export interface EmbedParameters {
	lesson: string | undefined;
	step: string | undefined;
	/** First and last step of the part that is shown. */
	steps: ReturnType<typeof rangeOf>;
	lang: Locale | undefined;
	theme: Theme;
	layout: LayoutPreset | undefined;
	boot: 'click' | 'auto' | 'visible';
	ui: 'full' | 'compact' | 'bare';
	/** Minutes before the solution is offered; Infinity: never. */
	solutionAfter: number;
	hints: boolean;
	font: number | undefined;
	motion: 'auto' | 'off';
	seed: string | undefined;
	assign: string | undefined;
	hosts: string[];
	report: 'on' | 'off' | 'ask';
	control: boolean;
	log: boolean;
	lms: boolean;
}

function oneOf<const T extends string>(
	value: string | null,
	allowed: readonly T[],
	otherwise: NoInfer<T>,
): T {
	return allowed.find((one) => one === value) ?? otherwise;
}

/** `zh`, `zh-Hans`, `zh_CN` are Chinese; everything else that is given is English. */
function localeOf(value: string | null): Locale | undefined {
	if (value === null || value === '') return undefined;
	return value.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** `a..b`, or one id for that step alone. */
export function rangeOf(value: string | null): { from: string; to: string } | undefined {
	const [, from, to] = /^([a-z0-9-]+)(?:\.\.([a-z0-9-]+))?$/.exec(value ?? '') ?? [];
	return from === undefined ? undefined : { from, to: to ?? from };
}

function solutionAfter(value: string | null): number {
	if (value === 'hide') return Infinity;
	return Number(/^after(\d{1,3})$/.exec(value ?? '')?.[1] ?? 0);
}

function fontOf(value: string | null): number | undefined {
	const size = Number(value);
	return Number.isInteger(size) && size >= 12 && size <= 28 ? size : undefined;
}

function originsOf(values: string[]): string[] {
	return values.flatMap((value) => {
		if (value === 'null') return [value];
		const origin = URL.canParse(value) ? new URL(value).origin : 'null';
		return origin === 'null' ? [] : [origin];
	});
}

/** Reads the query of an embed's address, after the table in `docs/embedding.md`. */
export function readParameters(search: string): EmbedParameters {
	const query = new URLSearchParams(search);
	const get = (name: string) => query.get(name);
	const presets = ['split', 'terminal', 'picture', 'text', 'slide'] as const;
	return {
		lesson: get('lesson') ?? undefined,
		step: get('step') ?? undefined,
		steps: rangeOf(get('steps')),
		lang: localeOf(get('lang')),
		theme: oneOf(get('theme'), ['auto', 'light', 'dark', 'contrast'], 'auto'),
		layout: presets.find((one) => one === get('layout')),
		boot: oneOf(get('boot'), ['click', 'auto', 'visible'], 'click'),
		ui: oneOf(get('ui'), ['full', 'compact', 'bare'], 'compact'),
		solutionAfter: solutionAfter(get('solution')),
		hints: get('hints') !== 'off',
		font: fontOf(get('font')),
		motion: oneOf(get('motion'), ['auto', 'off'], 'auto'),
		seed: get('seed') ?? undefined,
		assign: get('assign') ?? undefined,
		hosts: originsOf(query.getAll('host')),
		report: oneOf(get('report'), ['on', 'off', 'ask'], 'on'),
		control: get('control') === '1',
		log: get('log') === '1',
		lms: get('lms') === '1',
	};
}
