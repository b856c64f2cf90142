import { describe, expect, it } from 'vitest';
import { completions } from './complete.ts';
import { findInBuffer, type Rows } from './find.ts';
import { fullWidthMistake, halfWidth } from './full-width.ts';
import { isClipboardKey } from './keys.ts';
import { commandOf, isPrompt } from './prompt.ts';
import { Recording } from './recording.ts';

/** Rows as xterm keeps them: a Han character takes two columns, the second one with width 0. */
function rows(...texts: { text: string; isWrapped?: boolean }[]): Rows {
	const lines = texts.map(({ text, isWrapped = false }) => {
		const cells = [...text].flatMap((char) =>
			/\p{Script=Han}/u.test(char)
				? [
						{ chars: char, width: 2 },
						{ chars: '', width: 0 },
					]
				: [{ chars: char, width: 1 }],
		);
		return {
			isWrapped,
			length: cells.length,
			translateToString: () => text,
			getCell: (column: number) => ({
				getWidth: () => cells[column]?.width ?? 1,
				getChars: () => cells[column]?.chars ?? '',
			}),
		};
	});
	return { length: lines.length, getLine: (row) => lines[row] };
}

describe('terminal', () => {
	it('finds words over the end of a wrapped row, and behind wide characters', () => {
		const buffer = rows(
			{ text: 'an Err' },
			{ text: 'or here', isWrapped: true },
			{ text: '错误 error' },
		);
		expect(findInBuffer(buffer, 'error')).toEqual([
			{ row: 0, column: 3, length: 5 },
			{ row: 2, column: 5, length: 5 },
		]);
		expect(findInBuffer(buffer, '误')).toEqual([{ row: 2, column: 2, length: 2 }]);
		expect(findInBuffer(buffer, 'nothing')).toEqual([]);
	});

	it('tells prompts from output and from lines that were begun', () => {
		for (const line of ['root@node-1:~# ', '/ # ', '$ ', '127.0.0.1:6379> ', '>>> '])
			expect(isPrompt(line), line).toBe(true);
		for (const line of ['root@node-1:~# ls', '> ', 'Password: ', ''])
			expect(isPrompt(line), line).toBe(false);
		expect(commandOf('root@node-1:~# grep "# x" a')).toBe('grep "# x" a');
		expect(commandOf('127.0.0.1:6379> get a')).toBe('get a');
	});

	it('corrects a failed command with full-width characters, and leaves one that worked alone', () => {
		expect(halfWidth('ls －ｌ　“a b”；echo 。')).toBe('ls -l "a b";echo .');
		expect(halfWidth('unshare ——fork')).toBe('unshare --fork');
		expect(halfWidth('echo 你好')).toBeUndefined();
		const command = 'kubectl get pods －A';
		expect(fullWidthMistake({ command, output: 'error: unknown', code: 1 })).toBe(
			'kubectl get pods -A',
		);
		expect(fullWidthMistake({ command: 'echo ，', output: '，', code: 0 })).toBeUndefined();
		expect(fullWidthMistake({ command, output: 'sh: －A: not found', code: undefined })).toBe(
			'kubectl get pods -A',
		);
	});

	it('writes a recording that players of asciicast version 2 read', () => {
		let now = 1_700_000_000_000;
		const recording = new Recording(() => now);
		recording.begin(80, 24);
		recording.output('$ ');
		now += 1500;
		recording.output('ls\r\n');
		const [header, ...events] = recording.asciicast('node-1').trimEnd().split('\n');
		expect(JSON.parse(header ?? '')).toEqual({
			version: 2,
			width: 80,
			height: 24,
			timestamp: 1_700_000_000,
			title: 'node-1',
		});
		expect(events.map((event) => JSON.parse(event) as unknown)).toEqual([
			[0, 'o', '$ '],
			[1.5, 'o', 'ls\r\n'],
		]);
	});

	it('forgets the oldest output of a long session', () => {
		const recording = new Recording(() => 0);
		for (let count = 0; count < 12; count++) recording.output(String(count).padEnd(100_000, '.'));
		const events = recording.asciicast('').trimEnd().split('\n').slice(1);
		expect(events).toHaveLength(10);
		expect(events[0]).toContain('"2.');
	});

	it('offers what was run before the cheat sheet, and no line twice', () => {
		const history = ['kubectl get pods', 'ls', 'kubectl get nodes'];
		const cheats = ['kubectl get pods', 'kubectl get endpointslices'];
		expect(completions('kubectl g', history, cheats)).toEqual([
			'kubectl get nodes',
			'kubectl get pods',
			'kubectl get endpointslices',
		]);
		expect(completions('ls', history, cheats)).toEqual([]);
	});

	it('keeps Ctrl+C for the shell unless something is selected, and takes the keys of the clipboard', () => {
		const key = (init: KeyboardEventInit, selected = false) =>
			isClipboardKey(new KeyboardEvent('keydown', init), selected);
		expect(key({ code: 'KeyC', ctrlKey: true })).toBeUndefined();
		expect(key({ code: 'KeyC', ctrlKey: true }, true)).toBe('copy');
		expect(key({ code: 'KeyV', ctrlKey: true })).toBe('paste');
		expect(key({ code: 'KeyV' }, true)).toBeUndefined();
		expect(key({ code: 'KeyV', ctrlKey: true, altKey: true })).toBeUndefined();
		expect(key({ code: 'KeyV', metaKey: true })).toBe('paste');
		expect(key({ code: 'KeyC', ctrlKey: true, shiftKey: true })).toBe('copy');
		expect(key({ code: 'KeyV', ctrlKey: true, shiftKey: true })).toBe('paste');
		expect(key({ code: 'Insert', ctrlKey: true })).toBe('copy');
		expect(key({ code: 'Insert', shiftKey: true })).toBe('paste');
		expect(key({ code: 'KeyC', metaKey: true })).toBe('copy');
	});
});
