import type { Page } from 'playwright-core';
import * as qrcode from 'qrcode';
import { describe, expect, it } from 'vitest';
import { allLessons } from '../harness/lessons.ts';
import { complaints } from '../harness/browser.ts';
import { useSite } from '../harness/use-site.ts';

const stage = useSite();

/** The width of A4 inside its margins, at 96 dots an inch. */
async function onPaper(page: Page): Promise<void> {
	await page.setViewportSize({ width: 680, height: 960 });
	await page.emulateMedia({ media: 'print' });
}

/** Code and tables that are wider than their box, and anything that leaves the sheet. */
const cutOff = (page: Page) =>
	page.evaluate(() => {
		const visible = [...document.querySelectorAll<HTMLElement>('.reading *')].filter((one) =>
			one.checkVisibility(),
		);
		return {
			cut: visible
				.filter(
					(one) =>
						one.matches('pre, code, table') &&
						one.scrollWidth > one.clientWidth + 1 &&
						getComputedStyle(one).display !== 'inline',
				)
				.map((one) => one.textContent),
			beyond: visible
				.filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
				.map((one) => one.textContent),
		};
	});

/** The dots of a QR code as it is drawn, row by row. */
const dotsOf = (page: Page, size: number) =>
	page
		.locator('svg.qr')
		.first()
		.evaluate(async (svg, dots) => {
			const image = new Image();
			const copy = svg.cloneNode(true) as SVGElement;
			copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
			const side = (dots + 4) * 8;
			copy.setAttribute('width', String(side));
			copy.setAttribute('height', String(side));
			image.src = `data:image/svg+xml,${encodeURIComponent(copy.outerHTML)}`;
			await image.decode();
			const canvas = new OffscreenCanvas(side, side);
			const drawing = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
			drawing.drawImage(image, 0, 0);
			const dark = (row: number, column: number) =>
				(drawing.getImageData((column + 2) * 8 + 4, (row + 2) * 8 + 4, 1, 1).data[0] ?? 0) < 128;
			const places = Array.from({ length: dots }, (_, index) => index);
			return places.map((row) => places.map((column) => (dark(row, column) ? '#' : '.')).join(''));
		}, size);

function expectedDots(text: string): string[] {
	const { modules } = qrcode.create(text, { errorCorrectionLevel: 'M' });
	const places = Array.from({ length: modules.size }, (_, index) => index);
	return places.map((row) =>
		places.map((column) => (modules.get(row, column) ? '#' : '.')).join(''),
	);
}

const sheets = (pdf: Buffer) => pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;

describe('on paper', () => {
	it.each(['en', 'zh-CN'])('a lesson is whole, with the way back (%s)', async (locale) => {
		const page = await stage.visit(`${locale}/print/?lesson=rolling-update&solutions=1`);
		await page.locator('[data-ready] svg.qr path').waitFor();
		const address = `${stage.site.url}${locale}/lesson/rolling-update/`;
		const dots = expectedDots(address);
		expect(await dotsOf(page, dots.length)).toEqual(dots);
		await page.getByText(address).waitFor();
		const toPress = page.locator('.sheet button').filter({ visible: true });
		expect(await toPress.filter({ hasNot: page.locator('code') }).count()).toBe(0);
		expect(await toPress.locator('svg:visible').count()).toBe(0);
		await onPaper(page);
		expect(await cutOff(page)).toEqual({ cut: [], beyond: [] });
		expect(await page.locator('.sheet .solution pre').first().isVisible()).toBe(true);
		expect(
			await page.locator('header:visible, .sheet button:not(:has(code)):visible').count(),
		).toBe(0);
		expect(sheets(await page.pdf({ format: 'A4' }))).toBeGreaterThan(3);
	});

	it.each(['start', 'by-hand', 'docker', 'kubernetes'])(
		'no code of part %s is cut',
		async (part) => {
			const page = await stage.visit(`en/print/?part=${part}&solutions=1`);
			await page.locator('[data-ready]').waitFor();
			await onPaper(page);
			expect(await page.locator('svg.qr').count()).toBeGreaterThan(0);
			expect(await cutOff(page)).toEqual({ cut: [], beyond: [] });
		},
	);

	it('a live lesson is its whole text, not what is in view', async () => {
		const page = await stage.visit('en/lesson/rolling-update/?boot=click');
		const said = complaints(page);
		await page.locator('[data-cluster="idle"]').waitFor();
		const lesson = allLessons().find(({ id }) => id === 'rolling-update');
		const titles = lesson?.text.en.steps.map(({ title }) => title) ?? [];
		await expect.poll(async () => sheets(await page.pdf({ format: 'A4' }))).toBeGreaterThan(3);
		expect(await page.locator('.whole-print').count(), 'only while it is printed').toBe(0);

		await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
		expect(await page.locator('.whole-print').isVisible()).toBe(false);
		await onPaper(page);
		const headings = await page.locator('.whole-print h2').allTextContents();
		expect(headings).toEqual([...titles, 'What you can do now']);
		expect(await page.locator('#app').isVisible()).toBe(false);
		expect(await cutOff(page)).toEqual({ cut: [], beyond: [] });
		await page.evaluate(() => dispatchEvent(new Event('afterprint')));
		await page.emulateMedia({ media: 'screen' });
		expect(await page.locator('.whole-print').count()).toBe(0);
		expect(await page.locator('#app').isVisible()).toBe(true);
		expect(said).toEqual([]);
	});

	it('a part of a lesson is that part', async () => {
		const page = await stage.visit('zh-CN/lesson/rolling-update/?steps=roll..stall&boot=click');
		await page.locator('[data-cluster="idle"]').waitFor();
		await expect
			.poll(async () => {
				await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
				return page.locator('.whole-print h2').count();
			})
			.toBe(2);
		expect(await page.locator('.whole-print .label.step').allTextContents()).toEqual([
			'第 1 步，共 2 步',
			'第 2 步，共 2 步',
		]);
	});
});
