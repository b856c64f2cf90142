import type { FrameLocator, Page } from 'playwright-core';

/** The browser among the pictures. */
export class BrowserOnPage {
	/** The page of a machine that is in view. */
	readonly content: FrameLocator;
	readonly #page: Page;

	constructor(page: Page) {
		this.#page = page;
		this.content = page.frameLocator('.window iframe:not(.coming)');
	}

	async show(): Promise<void> {
		await this.#page.getByRole('button', { name: 'Browser', exact: true }).click();
	}

	/** Types an address, and waits until its page, or what stands in its place, is whole. */
	async open(address: string): Promise<void> {
		await this.#page.getByRole('textbox', { name: 'Address', exact: true }).fill(address);
		await this.#page.keyboard.press('Enter');
		await this.idle();
	}

	async idle(): Promise<void> {
		await this.#page.locator('.window[aria-busy="false"]').waitFor({ timeout: 30_000 });
	}

	async text(): Promise<string> {
		return this.content.locator('body').innerText();
	}

	/** What stands where a page would be. */
	async error(): Promise<string> {
		return this.#page.locator('.window .error').innerText();
	}
}
