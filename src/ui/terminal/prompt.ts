import { trimEndOf } from '../../util/trim-end.ts';

/** Shells end their prompts in `$`, `#` or `%`; clients of servers in a word and `>`; Python in `>>>`. */
const ends = /(?:[#$%]|>>>) $/;

/** True for a line that ends where a prompt does: nothing was typed behind it. */
export function isPrompt(line: string): boolean {
	if (ends.test(line)) return true;
	return line.endsWith('> ') && /\w$/.test(trimEndOf(line.slice(0, -2), '.:()[]-'));
}

/** What stands behind the prompt of bash, BusyBox and the like; without one the whole line. */
export function commandOf(line: string): string {
	const command = /^[^#$%>]*[#$%] (.*)$/.exec(line) ?? /^\S*> (.*)$/.exec(line);
	return (command?.[1] ?? line).trim();
}
