import { describe, expect, it } from 'vitest';
import { CookieJar } from './cookie-jar.ts';

const at = 'http://node-1:30080/shop/cart';

function jarWith(...headers: string[]): CookieJar {
	const jar = new CookieJar(() => Date.UTC(2030, 0));
	for (const header of headers) jar.set(at, header);
	return jar;
}

describe('CookieJar', () => {
	it('tells a cookie to its host on every port, and below its path', () => {
		const jar = jarWith('a=1', 'b=2; Path=/', 'c=3; Path=/other');
		expect(jar.header(at)).toBe('a=1; b=2');
		expect(jar.header('http://node-1/shop')).toBe('a=1; b=2');
		expect(jar.header('http://node-1/shopping')).toBe('b=2');
		expect(jar.header('http://node-2/shop/')).toBe('');
	});
	it('replaces and drops', () => {
		const jar = jarWith(
			'a=1',
			'a=2',
			'b=1',
			'b=; Max-Age=0',
			'c=1; Expires=Tue, 01 Jan 2029 00:00:00 GMT',
		);
		expect(jar.header(at)).toBe('a=2');
	});
	it('keeps what is not for scripts from them', () => {
		const jar = jarWith('s=1; HttpOnly', 'a=1');
		jar.set(at, 'x=1; HttpOnly', true);
		expect([jar.header(at), jar.readable(at)]).toEqual(['s=1; a=1', 'a=1']);
	});
	it('takes nothing for other hosts or for TLS, and no more than fifty', () => {
		const jar = jarWith(
			'a=1; Domain=node-2',
			'b=1; Secure',
			...Array.from({ length: 60 }, (_, n) => `n${n}=1`),
		);
		expect(jar.header(at).split('; ')).toHaveLength(50);
		expect(jar.header(at)).toContain('n59=1');
	});
});
