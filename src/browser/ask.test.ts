import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ask, type PageRequest } from './ask.ts';
import { collect, peeked } from './body.ts';
import { siteOf, type Site } from './test-web.ts';

const never = new AbortController().signal;
const at = 'http://node-1:30080';

async function get(site: Site, request: PageRequest = { url: `${at}/` }) {
	const asker = siteOf(site);
	const answer = await ask(asker, request, never);
	const body = new TextDecoder().decode(await collect(answer.body, 1e6));
	return { ...answer, body, asked: asker.asked };
}

describe('ask', () => {
	it('follows redirects, relative and absolute, and says where it came to', async () => {
		const answer = await get({
			[`${at}/`]: { status: 301, headers: { location: 'a/b' } },
			[`${at}/a/b`]: { status: 302, headers: { location: 'http://web/c?d' } },
			'http://web/c?d': { body: 'there' },
		});
		expect([answer.url, answer.body]).toEqual(['http://web/c?d', 'there']);
	});
	it('keeps the fragment, which no server hears of', async () => {
		const site = {
			[`${at}/`]: { status: 302, headers: { location: '/b' } },
			[`${at}/b`]: {},
		};
		const answer = await get(site, { url: `${at}/#part` });
		expect(answer.url).toBe(`${at}/b#part`);
		expect(answer.asked.map(({ path }) => path)).toEqual([`${at}/`, `${at}/b`]);
	});
	it('gives up on servers that redirect each other', async () => {
		const round = {
			'http://a/': { status: 302, headers: { location: 'http://b/' } },
			'http://b/': { status: 302, headers: { location: 'http://a/' } },
		};
		await expect(get(round, { url: 'http://a/' })).rejects.toMatchObject({ reason: 'redirects' });
	});
	it.each([
		[301, 'GET', undefined],
		[302, 'GET', undefined],
		[303, 'GET', undefined],
		[307, 'POST', 'a=1'],
		[308, 'POST', 'a=1'],
	])('after %i a form is asked for with %s', async (status, method, body) => {
		const post = { url: `${at}/form`, method: 'POST', body: new TextEncoder().encode('a=1') };
		const site = {
			[`${at}/form`]: { status, headers: { location: '/done' } },
			[`${at}/done`]: {},
		};
		const { asked } = await get(site, post);
		const text = asked[1]?.body && new TextDecoder().decode(asked[1].body as Uint8Array);
		expect([asked[1]?.method, text]).toEqual([method, body]);
	});
	it('says why there is no answer, and of which address', async () => {
		const site = { [`${at}/`]: { status: 302, headers: { location: 'http://gone/' } } };
		await expect(get(site)).rejects.toMatchObject({ reason: 'refused', url: 'http://gone/' });
		const nowhere = { [`${at}/`]: { status: 302, headers: { location: 'http://' } } };
		await expect(get(nowhere)).rejects.toMatchObject({ reason: 'invalid' });
	});
	it('tells a server what it asked to be told, on a redirect already', async () => {
		const { asked } = await get({
			[`${at}/`]: { status: 302, headers: { location: '/in', 'set-cookie': 'id=7\nx=1' } },
			[`${at}/in`]: {},
		});
		expect(asked.map(({ headers }) => headers?.['cookie'])).toEqual([undefined, 'id=7; x=1']);
	});
	it('unpacks what was packed for the way', async () => {
		const body = new Uint8Array(gzipSync('a long page '.repeat(5000)));
		const headers = { 'content-encoding': 'gzip' };
		expect((await get({ [`${at}/`]: { headers, body } })).body).toHaveLength(60_000);
		const broken = get({ [`${at}/`]: { headers, body: body.slice(0, 40) } });
		await expect(broken).rejects.toThrow();
	});
	it('ends with who gives up', async () => {
		const asker = siteOf({});
		const gaveUp = AbortSignal.abort(new DOMException('enough', 'AbortError'));
		await expect(ask(asker, { url: `${at}/` }, gaveUp)).rejects.toThrow('enough');
	});
});

describe('peeked', () => {
	it('leaves the first piece to be read, and ends what is not read to its end', async () => {
		let isOver = false;
		async function* pieces() {
			try {
				yield Uint8Array.of(1);
				yield Uint8Array.of(2);
			} finally {
				isOver = true;
			}
		}
		const { first, body } = await peeked(pieces());
		expect(first).toEqual(Uint8Array.of(1));
		for await (const piece of body) {
			expect(piece).toEqual(Uint8Array.of(1));
			break;
		}
		expect(isOver).toBe(true);
	});
});
