import type { Foreground } from '../../api/node.ts';
import { commandOf, isPrompt } from './prompt.ts';

/** What keys that are typed now would meet. */
export type ShellState =
	| { at: 'prompt' }
	/** Somebody has begun a line. */
	| { at: 'line'; text: string }
	/** Without a kernel to ask only that something is there. */
	| { at: 'program'; name: string; pgid?: number; raw: boolean };

/** What is known of a terminal whose shell does not say that it is at its prompt. */
export interface Seen {
	foreground: Foreground | undefined;
	/** Of the terminal's own shell. */
	shell: number | undefined;
	/** That shell says when it prompts. */
	marked: boolean;
	/** Of the cursor's line, as far as the cursor. */
	before: string;
	/** A program draws the whole screen. */
	fullScreen: boolean;
}

const shells = new Set(['bash', 'sh', 'ash', 'dash', 'busybox']);

/**
 * The kernel says who has the terminal and how it reads. Where that is a shell without marks, or a client (of a container,
 * a server, a language) that takes keys one by one, its line on the screen tells whether it asks for one.
 */
export function judge({ foreground, shell, marked, before, fullScreen }: Seen): ShellState {
	const prompts = !fullScreen && isPrompt(before);
	if (!foreground) return prompts ? { at: 'prompt' } : { at: 'program', name: '', raw: false };
	const { pgid, name, raw } = foreground;
	const program: ShellState = { at: 'program', name, pgid, raw };
	// Its own word is not there: a line of several that was pasted, or the shell itself at work (`read`, a loop).
	if (marked && pgid === shell && name === 'bash')
		return raw ? { at: 'line', text: commandOf(before) } : program;
	const isShell = shells.has(name);
	if (!isShell && !raw) return program;
	if (prompts) return { at: 'prompt' };
	return isShell && raw && !fullScreen ? { at: 'line', text: commandOf(before) } : program;
}
