/** What a course page may ask of a lesson in a frame. Unknown parameters are ignored by the frame. */
export interface LessonOptions {
	lesson: string;
	/** Where it begins. */
	step?: string;
	/** `a..b`: only these steps. */
	steps?: string;
	lang?: string;
	theme?: 'auto' | 'light' | 'dark' | 'contrast';
	layout?: 'split' | 'terminal' | 'picture' | 'text' | 'slide';
	/** When the machines start; `click` when left out. */
	boot?: 'click' | 'auto' | 'visible';
	ui?: 'full' | 'compact' | 'bare';
	/** `afterN`: the solution is offered after N minutes. */
	solution?: string;
	hints?: 'on' | 'off';
	/** Pixels, 12 to 28. */
	font?: string;
	motion?: 'auto' | 'off';
	/** Fixes what is drawn by lot, so that a class sees the same. */
	seed?: string;
	/** A code of the assignment builder. */
	assign?: string;
	/** Origins that may connect; any parent when left out. */
	host?: string | string[];
	report?: 'on' | 'off' | 'ask';
	/** `1`: the host may run commands and apply manifests. */
	control?: string;
	/** `1`: shells' output is reported. */
	log?: string;
	/** `1`: heights are also told in the way learning platforms know. */
	lms?: string;
}

export const optionNames = [
	'lesson',
	'step',
	'steps',
	'lang',
	'theme',
	'layout',
	'boot',
	'ui',
	'solution',
	'hints',
	'font',
	'motion',
	'seed',
	'assign',
	'host',
	'report',
	'control',
	'log',
	'lms',
] as const satisfies readonly (keyof LessonOptions)[];

/** The address of the frame. `base`: where the site lies, with a slash at the end. */
export function embedAddress(base: string | URL, options: LessonOptions): string {
	const url = new URL('embed.html', base);
	for (const name of optionNames) {
		const value = options[name];
		for (const one of Array.isArray(value) ? value : [value])
			if (one !== undefined && one !== '') url.searchParams.append(name, one);
	}
	return url.href;
}
