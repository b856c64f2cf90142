import type { CommandIo } from '../../api/command.ts';

/** One line of the standard input, without its end. */
export async function readLine(io: CommandIo): Promise<string> {
	const decoder = new TextDecoder();
	let line = '';
	for (let chunk = await io.read(); chunk; chunk = await io.read()) {
		line += decoder.decode(chunk, { stream: true });
		const end = line.search(/[\r\n]/);
		if (end >= 0) return line.slice(0, end);
	}
	return line;
}
