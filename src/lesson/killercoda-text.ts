import { Fences } from './directives.ts';

/** What came of one Markdown file of a scenario. */
export interface ImportedText {
	text: string;
	/** What a learner is expected to type. */
	commands: string[];
}

const code =
	/^[ \t]*```([^\n`{]*)\n([^`]*)\n[ \t]*```(\{\{exec[^{}]*\}\})?|`([^`\n]+)`\{\{exec[^{}]*\}\}/gm;

/** What stands behind an opened `<details>`, with the line that is always shown taken off. */
function unfold(text: string): { summary: string; inside: string } {
	const inside = text.trimStart();
	const [begin] = /^<summary>/i.exec(inside) ?? [];
	const end = begin === undefined ? null : /<\/summary>/i.exec(inside);
	if (begin === undefined || end === null) return { summary: '', inside };
	const summary = inside.slice(begin.length, end.index);
	return { summary, inside: inside.slice(end.index + end[0].length) };
}

/** As in a browser, what is never closed ends with the text. */
function folded(text: string): { summary: string; inside: string }[] {
	return text.split(/<\/details>/i).flatMap((piece) => {
		const open = /<details[^<>]*>/i.exec(piece);
		return open ? [unfold(piece.slice(open.index + open[0].length))] : [];
	});
}

function withoutComments(text: string, drop: (comment: string) => string): string {
	let kept = '';
	let at = 0;
	for (;;) {
		const open = text.indexOf('<!--', at);
		const close = open < 0 ? -1 : text.indexOf('-->', open + 4);
		if (close < 0) return kept + text.slice(at);
		kept += text.slice(at, open) + drop(text.slice(open, close + 3));
		at = close + 3;
	}
}

/** Changes only what is neither in a fence nor between backquotes. */
function outsideCode(text: string, change: (prose: string) => string): string {
	return text
		.split(/(^[ \t]*```[\s\S]*?^[ \t]*```|`[^`\n]*`)/m)
		.map((part, index) => (index % 2 === 0 ? change(part) : part))
		.join('');
}

/** Lines without what all of them are indented by. */
function dedent(text: string): string {
	const lines = text.split('\n');
	const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
	const least = indents.reduce((a, b) => Math.min(a, b), Infinity);
	return lines.map((line) => line.slice(least)).join('\n');
}

/** What has a run button, and all that is marked as a shell's where `buttons` may be missing. */
function commandsOf(text: string, buttons: 'needed' | 'missing'): string[] {
	return [...text.matchAll(code)].flatMap(([, lang = '', block, button, inline]) => {
		const shell = /^(?:bash|sh|shell)\s*$/.test(lang) && buttons === 'missing';
		if (inline === undefined && button === undefined && !shell) return [];
		return [dedent(block ?? inline ?? '').trim()];
	});
}

/** The commands of a folded solution where there is one, else all that have a run button. */
function commandsIn(text: string): string[] {
	for (const { summary, inside } of folded(text)) {
		const found = /solution|answer/i.test(summary) ? commandsOf(inside, 'missing') : [];
		if (found.length > 0) return found;
	}
	return commandsOf(text, 'needed');
}

/** What is folded becomes a hint. As in a browser, what is never closed ends with the text. */
function hints(text: string): string {
	const opened = text
		.split(/<details[^<>]*>/i)
		.map((part, index) => (index === 0 ? part : unfold(part).inside))
		.join('\n:::hint\n')
		.replace(/<\/details>/gi, '\n:::\n');
	const lines: string[] = [];
	let depth = 0;
	const fences = new Fences();
	const closeFence = () => {
		if (fences.open === '') return;
		while (lines.at(-1)?.trim() === '') lines.pop();
		lines.push(fences.open);
		fences.enter(fences.open);
	};
	const close = () => {
		closeFence();
		lines.push(':::', '');
		depth--;
	};
	for (const line of opened.split('\n')) {
		if (line === ':::') {
			if (depth > 0) close();
			continue;
		}
		fences.enter(line);
		if (line === ':::hint') depth++;
		lines.push(line);
	}
	closeFence();
	while (depth > 0) close();
	return lines.join('\n').replace(/^[ \t]*```+\{\{[^{}]*\}\}[ \t]*\n\s*```+[ \t]*$/gm, '');
}

/** Their Markdown as ours; `refused` hears what has no counterpart. */
export function importText(raw: string, refused: (reason: string) => void): ImportedText {
	const drop = (reason: string, instead = ''): string => {
		refused(reason);
		return instead;
	};
	let text = raw
		.replace(/\r/g, '')
		.replace(/^\s*#+ .*\n+/, '')
		.replace(/\{\{execute( [^{}]*)?\}\}/g, '{{exec$1}}')
		.replace(/\{\{(exec|interrupt)\s+interrupt\}\}/g, '{{interrupt}}')
		.replace(/\{\{exec (?:T\d+|HOST1|host01|controlplane)\}\}/gi, '{{exec}}')
		.replace(/\{\{exec (?:HOST2|host02|node01)\}\}/gi, '{{exec node-1}}')
		.replace(
			/\[([^[\]]*)\]\((\{\{TRAFFIC[^)[]*)\)|\{\{TRAFFIC_[^{}]*\}\}/g,
			(_all, label: string | undefined) =>
				drop('a link to a port of the machine (TRAFFIC) has no counterpart', label),
		)
		.replace(/!\[([^[\]]*)\]\([^)[]*\)/g, (_all, label: string) =>
			drop(`pictures are not taken (${label})`, label),
		);
	const commands = commandsIn(text);
	text = hints(text).replace(/<br\s*\/?>/gi, '  \n');
	text = outsideCode(text, (prose) =>
		withoutComments(prose, (comment) => drop(`HTML is not taken (${comment.slice(0, 30)})`))
			.replace(/<(https?:\/\/[^\s<>]+)>/g, '[$1]($1)')
			.replace(/<\/?[a-z][^<>]*>/gi, (tag) => drop(`HTML is not taken (${tag.slice(0, 30)})`))
			.replace(/\[([^[\]]*)\]\(([^)[]*)\)/g, (all: string, label: string, href: string) =>
				/^(?:https?:\/\/|#|\.{0,2}\/(?!\/))/.test(href)
					? all
					: drop(`only links to pages are taken (${href})`, label),
			),
	);
	text = text
		.replace(/`?\{\{(?:exec|copy|interrupt)[^{}]*\}\}/g, (button) =>
			button.startsWith('`') ? button : drop(`${button} stands behind no code`),
		)
		.replace(/^##? /gm, '### ');
	return { text: text.trim(), commands };
}
