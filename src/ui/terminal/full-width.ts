/** Punctuation that Chinese input methods put where a shell wants ASCII and that is no shifted ASCII. */
const others: Record<string, string> = {
	'“': '"',
	'”': '"',
	'‘': "'",
	'’': "'",
	'。': '.',
	'、': ',',
	'《': '<',
	'》': '>',
	'【': '[',
	'】': ']',
	'——': '--',
	'—': '--',
	'–': '-',
	'…': '...',
	'￥': '$',
	'·': '`',
	'\u3000': ' ',
	'\u00a0': ' ',
};

const wrong = /[\uff01-\uff5e“”‘’。、《》【】—–…￥·\u3000\u00a0]/;

/**
 * The line in half-width characters, or undefined when there is nothing to correct. Letters that are
 * meant to be full-width stand in a language's own words: those are not touched.
 */
export function halfWidth(line: string): string | undefined {
	if (!wrong.test(line)) return undefined;
	return line
		.replace(/——/g, '--')
		.replace(/[\uff01-\uff5e]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0))
		.replace(/[“”‘’。、《》【】—–…￥·\u3000\u00a0]/g, (char) => others[char] ?? char);
}

const complaint =
	/not found|no such|invalid|unknown|unrecognized|unexpected|illegal|syntax error|usage:|cannot|error/i;

/** A command that failed and has such characters; without an exit status its words tell. */
export function fullWidthMistake(result: {
	command: string;
	output: string;
	code: number | undefined;
}): string | undefined {
	const failed = result.code === undefined ? complaint.test(result.output) : result.code !== 0;
	return failed ? halfWidth(result.command) : undefined;
}
