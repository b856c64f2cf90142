import { beforeEach, describe, expect, it } from 'vitest';
import type { Cluster } from '../../api/cluster.ts';
import { siteOf, type Site } from '../../browser/test-web.ts';
import { BrowserState } from './browser-state.svelte.ts';
import { ClusterState } from './cluster-state.svelte.ts';

const at = 'http://node-1';
const page = (body: string) => ({ headers: { 'content-type': 'text/html' }, body });

const site: Site = {
	[`${at}/a`]: page('a'),
	[`${at}/b`]: page('b'),
	[`${at}/moved`]: { status: 302, headers: { location: '/b' } },
	[`${at}/nothing`]: { status: 204 },
	[`${at}/gone`]: { status: 404, headers: { 'content-type': 'text/html' } },
	[`${at}/file.bin`]: { headers: { 'content-type': 'application/x-tar' }, body: 'tar' },
};

let browser: BrowserState;
let server: ReturnType<typeof siteOf>;
const settled = () => new Promise((resolve) => setTimeout(resolve));
/** The frame takes the page, as the pane does. */
async function shown(): Promise<string | undefined> {
	await settled();
	const { coming } = browser;
	if (!coming) return undefined;
	browser.began(coming);
	browser.ended(coming);
	return browser.shown?.answer.url;
}
async function go(path: string) {
	browser.go(at + path);
	return shown();
}

beforeEach(() => {
	const state = new ClusterState();
	state.nodes = [{ name: 'node-1', role: 'worker', address: '192.168.56.11', power: 'running' }];
	browser = new BrowserState(state);
	server = siteOf(site);
	browser.connect({ web: () => server.web } as unknown as Cluster);
});

describe('the browser', () => {
	it('goes back and forward, and on from there', async () => {
		for (const path of ['/a', '/b']) expect(await go(path)).toBe(at + path);
		expect([browser.canGoBack, browser.canGoForward]).toEqual([true, false]);
		browser.back();
		expect(await shown()).toBe(`${at}/a`);
		expect([browser.url, browser.canGoForward]).toEqual([`${at}/a`, true]);
		await go('/moved');
		expect([browser.url, browser.canGoForward]).toEqual([`${at}/b`, false]);
		browser.home();
		expect([browser.url, browser.shown]).toEqual(['', undefined]);
		browser.back();
		expect(await shown()).toBe(`${at}/b`);
	});
	it('keeps the page in view until the next one begins', async () => {
		await go('/a');
		browser.go(`${at}/b`);
		await settled();
		expect([browser.shown?.answer.url, browser.busy]).toEqual([`${at}/a`, true]);
		browser.stop();
		expect([browser.shown?.answer.url, browser.coming, browser.busy]).toEqual([
			`${at}/a`,
			undefined,
			false,
		]);
	});
	it('stays where an answer is no page, and offers what is a file', async () => {
		await go('/a');
		await go('/nothing');
		expect([browser.url, browser.shown?.answer.url, browser.busy]).toEqual([
			`${at}/a`,
			`${at}/a`,
			false,
		]);
		await go('/file.bin');
		expect([browser.url, browser.file?.name, browser.busy]).toEqual([`${at}/a`, 'file.bin', false]);
	});
	it('says what went wrong, once, and can try again', async () => {
		await go('/gone');
		expect(browser.failure).toMatchObject({ reason: 'status', message: 'HTTP ERROR 404' });
		await go('/refused');
		expect([browser.failure?.reason, browser.url]).toEqual(['refused', `${at}/refused`]);
		browser.back();
		await shown();
		expect([browser.failure?.reason, browser.canGoBack]).toEqual(['status', false]);
		await go('/a');
		expect(browser.failure).toBeUndefined();
	});
	it('sends a form again only when it is told to', async () => {
		browser.navigate({ url: `${at}/a`, method: 'POST', body: new Uint8Array(1) });
		await shown();
		browser.reload();
		await settled();
		expect([browser.failure?.reason, server.asked.length]).toEqual(['resubmit', 1]);
		browser.resend();
		expect(await shown()).toBe(`${at}/a`);
		expect(server.asked.map(({ method }) => method)).toEqual(['POST', 'POST']);
	});
});
