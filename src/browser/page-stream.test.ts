import { describe, expect, it } from 'vitest';
import { PageStream, textPage } from './page-stream.ts';
import { Resources } from './resources.ts';
import { inPieces, joined, siteOf, type Site } from './test-web.ts';

const at = 'http://node-1/dir/page';
const base = `<base href="${at}">`;

const inside = (type: string, text: string) => `data:${type};base64,${btoa(text)}`;

async function page(html: string, site: Site = {}, size = 7) {
	const asker = siteOf(site);
	const refreshes: [number, string][] = [];
	const resources = new Resources(asker, new AbortController().signal);
	const stream = new PageStream(resources, at, (...refresh) => refreshes.push(refresh));
	return {
		text: await joined(stream.written(inPieces(html, size))),
		refreshes,
		asked: asker.asked,
	};
}

describe('a page', () => {
	it('stays as it was written, with its address before its first element', async () => {
		const html =
			"<!DOCTYPE html>\n<!-- <img src=no> --><html>\n<p title='a > b'>1 < 2</p><script>if (a<b) '<img src=x>'</script><textarea><b src=x></textarea></html>";
		for (const size of [1, 3, 1000])
			expect((await page(html, {}, size)).text).toBe(html.replace('<p', `${base}<p`));
	});
	it('has its style sheets inside, and theirs in them', async () => {
		const { text } = await page(
			'<link rel=stylesheet href="/a.css" integrity=x><style>i{background:url(i.png)}</style>',
			{
				'http://node-1/a.css': { body: '@import "b.css"; b{background:url("data:,x") url(i.png)}' },
				'http://node-1/b.css': { body: 'c{}' },
				'http://node-1/i.png': { headers: { 'content-type': 'image/png' }, body: 'png' },
				'http://node-1/dir/i.png': { headers: { 'content-type': 'image/png' }, body: 'own' },
			},
		);
		const sheet = /href="data:text\/css;charset=utf-8;base64,([^"]*)"/.exec(text)?.[1] ?? '';
		expect(atob(sheet)).toBe(
			`@import url("${inside('text/css;charset=utf-8', 'c{}')}"); b{background:url("data:,x") url("${inside('image/png', 'png')}")}`,
		);
		expect(text).toContain(`i{background:url("${inside('image/png', 'own')}")}`);
		expect(text).not.toContain('integrity');
	});
	it('waits for its scripts in their order, and leaves pictures to the frame', async () => {
		const { text, asked } = await page(
			'<script src=a.js async></script><img src="x.png?a=1&amp;b" srcset="y 2x">',
			{
				'http://node-1/dir/a.js': { body: 'go()' },
			},
		);
		expect(text).toContain(`async="" src="${inside('text/javascript;charset=utf-8', 'go()')}"`);
		expect(text).toContain('<img data-drydock-src="http://node-1/dir/x.png?a=1&amp;b">');
		expect(asked).toHaveLength(1);
	});
	it('leaves what cannot be had to fail in the frame, and asks for an address once', async () => {
		const html = '<script src=/none.js></script>'.repeat(3);
		const { text, asked } = await page(html);
		expect(text.split('src="http://node-1/none.js"')).toHaveLength(4);
		expect(asked).toHaveLength(1);
	});
	it('takes the page’s own base, from there on', async () => {
		const { text } = await page('<img src=a><base href="/other/"><img src=b>');
		expect(text).toContain('data-drydock-src="http://node-1/dir/a"');
		expect(text).toContain('data-drydock-src="http://node-1/other/b"');
		expect(text).toContain(`querySelector('base').href="http://node-1/other/"`);
	});
	it('tells when the page wants to be elsewhere, and drops policies about addresses that it does not have', async () => {
		const { text, refreshes } = await page(
			`<meta http-equiv=refresh content="3; url='/next'"><meta http-equiv="Content-Security-Policy" content="default-src 'self'"><meta name=a>`,
		);
		expect(refreshes).toEqual([[3, 'http://node-1/next']]);
		expect(text).toBe(`${base}<meta name=a>`);
	});
	it('survives what is no markup', async () => {
		for (const html of [
			'<',
			'<a',
			'<a b="',
			'<!--',
			'</',
			'<script>',
			'<style>a{',
			'<<>>',
			`<a ${'x'.repeat(2_000_000)}`,
		])
			expect((await page(html, {}, 1_000_000)).text.replace(base, '')).toBe(html);
	});
	it('does not follow style sheets that import each other for ever', async () => {
		const site: Site = {};
		for (let n = 0; n < 20; n++)
			site[`http://node-1/dir/${n}.css`] = { body: `@import "${n + 1}.css";` };
		const { asked } = await page('<link rel=stylesheet href=0.css>', site);
		expect(asked.length).toBeLessThan(8);
		const round = {
			'http://node-1/dir/a.css': { body: '@import "b.css"; a{}' },
			'http://node-1/dir/b.css': { body: '@import "a.css"; b{}' },
		};
		const both = '<link rel=stylesheet href=a.css><link rel=stylesheet href=b.css>';
		expect((await page(both, round)).asked).toHaveLength(2);
	});
});

describe('a text', () => {
	it('shows its letters, whatever they are', async () => {
		const text = await joined(textPage(inPieces('<script>&"', 2)));
		expect(text).toContain('&lt;script&gt;&amp;&quot;');
		expect(text).not.toContain('<script');
	});
});
