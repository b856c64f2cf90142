/** Shells end their prompts in `$`, `#` or `%`; clients of servers in a word and `>`; Python in `>>>`. */
const ends = /(?:[#$%]|\w[\w.:()[\]-]*>|>>>) $/;

/** True for a line that ends where a prompt does: nothing was typed behind it. */
export function isPrompt(line: string): boolean {
	return ends.test(line);
}

/** What stands behind the prompt of bash, BusyBox and the like; without one the whole line. */
export function commandOf(line: string): string {
	const command = /^[^#$%>]*[#$%] +(.*)$/.exec(line) ?? /^\S*> +(.*)$/.exec(line);
	return (command?.[1] ?? line).trim();
}
