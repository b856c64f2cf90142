import type { Problem } from './check.ts';
import { words } from './words.ts';

/** A problem in the page's language; what parser and server say stays as they say it. */
export function problemText({ message }: Problem): string {
	if (typeof message === 'string') return message;
	const say = words();
	const types: Record<string, string> = say.types;
	switch (message.say) {
		case 'unknown':
			return say.unknownField(message.field, message.near ?? '');
		case 'type':
			return say.wrongType(message.field, types[message.wanted] ?? message.wanted);
		case 'required':
			return say.required(message.field);
		case 'enum':
			return say.oneOf(message.field, message.wanted);
		case 'no-kind':
			return say.noKind;
		case 'not-served':
			return say.notServed(message.kind);
	}
}
