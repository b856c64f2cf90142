import { Terminal } from '@xterm/xterm';
import { describe, expect, it } from 'vitest';
import { completions } from './complete.ts';
import { Composition } from './composition.ts';
import { findInBuffer, type Rows } from './find.ts';
import { fullWidthMistake, halfWidth } from './full-width.ts';
import { isClipboardKey } from './keys.ts';
import { commandOf, isPrompt } from './prompt.ts';
import { PromptMarks } from './prompt-marks.ts';
import { Recording } from './recording.ts';
import { judge, type Seen } from './shell-state.ts';

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

	it('knows a prompt, a begun line and a program by who has the terminal and how it reads', () => {
		const see = (name: string, raw: boolean, before: string, more: Partial<Seen> = {}) =>
			judge({
				foreground: { pgid: 9, name, raw },
				shell: 5,
				marked: true,
				before,
				fullScreen: false,
				...more,
			});
		const own = (raw: boolean) => ({ foreground: { pgid: 5, name: 'bash', raw } });
		// What a program prints is no prompt, whatever it looks like.
		expect(see('sleep', false, 'in $ ')).toMatchObject({ at: 'program', name: 'sleep', pgid: 9 });
		expect(see('', false, 'name$ ', own(false)).at).toBe('program');
		expect(see('', true, 'root@node-1:~# for', own(true))).toEqual({ at: 'line', text: 'for' });
		expect(see('vi', true, '# ', { fullScreen: true }).at).toBe('program');
		expect(see('top', true, '').at).toBe('program');
		// Shells in containers, and clients, do not mark their prompts.
		for (const [name, raw] of [
			['sh', true],
			['dash', false],
			['docker', true],
			['python3', true],
		] as const)
			expect(see(name, raw, name === 'python3' ? '>>> ' : '/ # '), name).toEqual({ at: 'prompt' });
		expect(see('sh', true, '/ # ls -l')).toEqual({ at: 'line', text: 'ls -l' });
		expect(see('docker', true, 'PING 10.0.0.1').at).toBe('program');
		const blind = { foreground: undefined };
		expect(see('', false, '/ # ', blind).at).toBe('prompt');
		expect(see('', false, 'PING', blind).at).toBe('program');
	});

	it('reads from the shell’s marks whether something is typed behind the prompt', async () => {
		const terminal = new Terminal({ cols: 40, rows: 10, allowProposedApi: true });
		let prompts = 0;
		const marks = new PromptMarks(terminal, () => prompts++);
		const write = (text: string) => new Promise<void>((done) => terminal.write(text, done));
		const prompt = '\x1b]133;D;0\x07\x1b]133;A\x07root# \x1b]133;B\x07';
		expect(marks.atPrompt).toBe(false);
		await write(prompt);
		expect([marks.atPrompt, marks.begun, prompts]).toEqual([true, undefined, 1]);
		// A program of the background prints over it: nobody has typed.
		await write('\r\ndone\r\n');
		expect(marks.begun).toBeUndefined();
		await write(prompt);
		marks.typed('l');
		await write('ls -l');
		expect(marks.begun).toBe('ls -l');
		// Back at the beginning of the line, with all of it to the right.
		await write('\x1b[7G');
		expect(marks.begun).toBe('ls -l');
		await write('\x1b[K');
		expect(marks.begun).toBeUndefined();
		marks.typed('\x1b[200~a\rb\x1b[201~');
		expect(marks.atPrompt).toBe(true);
		marks.typed('\r');
		expect(marks.atPrompt).toBe(false);
		await write('\r\n\x1b]133;P;k=s\x07> \x1b]133;B\x07');
		expect([marks.atPrompt, marks.begun, prompts]).toEqual([true, '', 2]);
		marks.typed('\r');
		await write(`\x1b]133;C\x07out\r\n${prompt}`);
		expect([marks.begun, prompts, marks.count]).toEqual([undefined, 3, 4]);
	});

	it('sends what an input method commits once, in the order of events of each browser', () => {
		const parent = document.createElement('div');
		const field = parent.appendChild(document.createElement('textarea'));
		let sent = '';
		let seen = 0;
		let isRead = false;
		const composition = new Composition(
			parent,
			(text) => (sent += text),
			() => isRead,
		);
		field.addEventListener('input', () => seen++);
		const key = (type: string, keyCode: number) =>
			field.dispatchEvent(new KeyboardEvent(type, { keyCode, bubbles: true }));
		const composed = (type: string, data: string) =>
			field.dispatchEvent(Object.assign(new Event(type, { bubbles: true }), { data }));
		const input = (inputType: string, data: string) => {
			field.value += data;
			field.dispatchEvent(new InputEvent('input', { inputType, data, bubbles: true }));
		};
		// Chromium: the text is put in, then the composition ends; punctuation follows at once.
		key('keydown', 229);
		composed('compositionstart', '');
		input('insertCompositionText', 'ni');
		expect(composition.takesKeys).toBe(true);
		input('insertCompositionText', '你');
		composed('compositionend', '你');
		input('insertText', '，');
		expect([sent, field.value]).toEqual(['你，', '']);
		// Firefox: the composition ends, then the same text is told of as input.
		key('keydown', 229);
		composed('compositionstart', '');
		composed('compositionend', '好');
		input('insertCompositionText', '好');
		// Two keys that come as text, both down before either is up.
		for (const letter of 'mo') {
			key('keydown', 229);
			input('insertText', letter);
		}
		key('keyup', 77);
		// Without a key: dictation, a list of emoji.
		input('insertText', '🚢');
		expect(sent).toBe('你，好mo🚢');
		// A key that xterm has sent itself: what it leaves in the field is for screen readers.
		for (const left of ['', 'a']) {
			const before = seen;
			isRead = left !== '';
			key('keydown', 65);
			expect(composition.takesKeys).toBe(false);
			input('insertText', 'a');
			expect([sent, field.value, seen - before]).toEqual(['你，好mo🚢', left, 1]);
		}
		key('keydown', 229);
		expect(field.value).toBe('');
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
