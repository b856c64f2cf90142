import { TabWriter } from '../tab-writer.ts';
import { text } from './fields.ts';
import { lastAppliedKey } from './last-applied.ts';

/** Lines at a depth of two spaces a level, in describe's columns. After pkg/describe: PrefixWriter. */
export class DescribeWriter {
	#plain = '';
	readonly #writer = new TabWriter({ minWidth: 0, padding: 2 });

	write(level: number, line: string): void {
		this.raw(`${'  '.repeat(level)}${line}\n`);
	}

	/** Text that is already indented. */
	raw(content: string): void {
		this.#writer.write(content);
		this.#plain += content;
	}

	/** The text with its tabs. */
	tabbed(): string {
		return this.#plain;
	}

	toString(): string {
		return this.#writer.flush();
	}

	/** `Labels:  a=b`, one pair a line. */
	labels(title: string, labels: Record<string, string>, indent = ''): void {
		const keys = Object.keys(labels).sort();
		if (keys.length === 0) return this.write(0, `${indent}${title}:\t<none>`);
		keys.forEach((key, i) =>
			this.write(0, `${i === 0 ? `${indent}${title}:` : ''}\t${key}=${labels[key]}`),
		);
	}

	/** Annotations, without what `apply` keeps there; long values get lines of their own. */
	annotations(title: string, annotations: Record<string, string>, indent = ''): void {
		const keys = Object.keys(annotations)
			.sort()
			.filter((key) => key !== lastAppliedKey);
		if (keys.length === 0) return this.write(0, `${indent}${title}:\t<none>`);
		keys.forEach((key, i) => {
			const value = (annotations[key] ?? '').replace(/\n$/, '');
			const head = `${indent}${i === 0 ? `${title}:` : ''}\t`;
			if (value.length + key.length + 2 <= 140 && !value.includes('\n'))
				return this.write(0, `${head}${key}: ${value}`);
			this.write(0, `${head}${key}:`);
			for (const line of value.split('\n'))
				this.write(0, `${indent}\t  ${line.length > 138 ? `${line.slice(0, 138)}...` : line}`);
		});
	}
}

/** `Mon, 02 Jan 2006 15:04:05 +0000`. */
export function longTime(time: unknown): string {
	if (typeof time !== 'string' || time === '') return '<unset>';
	const date = new Date(time);
	return Number.isNaN(date.getTime()) ? time : date.toUTCString().replace('GMT', '+0000');
}

/** The value, or `<none>`. */
export function orNone(value: unknown): string {
	return text(value) || '<none>';
}

/** `True` or `False`, as Go's ConditionStatus is printed. */
export function capitalized(value: boolean): string {
	return value ? 'True' : 'False';
}
