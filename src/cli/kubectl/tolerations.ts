import { text, type Json } from './fields.ts';

/** Tolerations as describe prints them, in order. After pkg/describe: printPodTolerationsMultiline. */
export function tolerationTexts(tolerations: Json[]): string[] {
	return [...tolerations]
		.sort((a, b) => (text(a['key']) < text(b['key']) ? -1 : 1))
		.map((toleration) => {
			const { key, value, effect, operator, tolerationSeconds } = toleration;
			let line = text(key);
			if (value) line += `=${text(value)}`;
			if (effect) line += `:${text(effect)}`;
			if (operator === 'Exists' && !value) line += key || effect ? ' op=Exists' : 'op=Exists';
			return tolerationSeconds === undefined ? line : `${line} for ${text(tolerationSeconds)}s`;
		});
}
