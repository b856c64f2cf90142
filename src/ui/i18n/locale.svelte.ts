import { settings } from '../state/settings.svelte.ts';
import { en, type Messages } from './en.ts';
import { zhCN } from './zh-CN.ts';

const dictionaries: Record<typeof settings.locale, Messages> = { en, 'zh-CN': zhCN };

/** The words of the page in the chosen language; reading it in a template follows the switch. */
export function t(): Messages {
	return dictionaries[settings.locale];
}
