import { settings } from '../state/settings.svelte.ts';
import { en, type Messages } from './en.ts';
import { zhCN } from './zh-CN.ts';

const dictionaries: Record<typeof settings.locale, Messages> = { en, 'zh-CN': zhCN };

/** The words of the page in the chosen language; reading it in a template follows the switch. */
export function t(): Messages {
	return dictionaries[settings.locale];
}

type Shape<T> = T extends string
	? string
	: T extends (...args: infer A) => string
		? (...args: A) => string
		: { [K in keyof T]: Shape<T[K]> };

/**
 * Words of a part that is loaded by itself. English gives the keys; a missing Chinese one does not
 * compile. Answers what {@link t} answers, for these words.
 */
export function localized<const T extends object>(words: {
	en: T;
	'zh-CN': Shape<T>;
}): () => Shape<T> {
	const all = words as unknown as Record<typeof settings.locale, Shape<T>>;
	return () => all[settings.locale];
}
