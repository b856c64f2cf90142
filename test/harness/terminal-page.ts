import type { Page } from 'playwright-core';

/** The shell in view, driven by keys; what it shows is read from the terminal's rows. */
export class TerminalOnPage {
	readonly #page: Page;

	constructor(page: Page) {
		this.#page = page;
	}

	/** Waits until the shell in view asks for a command. */
	async prompt(timeout = 60_000): Promise<void> {
		await this.#page.waitForFunction(
			() => {
				const rows = document.querySelector('.view.shown .xterm-rows');
				const lines = [...(rows?.children ?? [])].map((row) => row.textContent ?? '');
				return /[#$]\s*$/.test(lines.filter((line) => line.trim() !== '').at(-1) ?? '');
			},
			undefined,
			{ timeout },
		);
	}

	async screen(): Promise<string> {
		return this.#page.evaluate(() => {
			const rows = document.querySelector('.view.shown .xterm-rows');
			return [...(rows?.children ?? [])]
				.map((row) => (row.textContent ?? '').replaceAll('\u00a0', ' ').trimEnd())
				.join('\n')
				.trimEnd();
		});
	}

	/** Types a line for a program that keeps the terminal. */
	async type(line: string): Promise<void> {
		await this.#page.locator('.view.shown .xterm-helper-textarea').focus();
		await this.#page.keyboard.type(`${line}\n`);
	}

	/** Types a line and answers what it printed, once the prompt is back. */
	async run(line: string, timeout = 90_000): Promise<string> {
		const mark = `done-${Math.random().toString(36).slice(2, 10)}`;
		await this.#page.locator('.view.shown .xterm-helper-textarea').focus();
		// The quotes keep the echoed line from looking like its own end.
		await this.#page.keyboard.type(`clear; ${line}; echo ${mark.slice(0, 5)}''${mark.slice(5)}\n`);
		await this.#page.waitForFunction(
			(wanted) =>
				[...document.querySelectorAll('.view.shown .xterm-rows > div')].some(
					(row) => (row.textContent ?? '').trim() === wanted,
				),
			mark,
			{ timeout },
		);
		const lines = (await this.screen()).split('\n');
		const end = lines.lastIndexOf(mark);
		return lines.slice(0, end).join('\n').trim();
	}
}
