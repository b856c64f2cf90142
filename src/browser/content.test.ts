import { describe, expect, it } from 'vitest';
import { isGuestAddress, typedAddress } from './address.ts';
import { contentOf, decoderFor, fileName } from './content.ts';
import { fromFrame } from './frame-messages.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('contentOf', () => {
	it.each([
		['text/html; charset=utf-8', '', 'page'],
		['text/plain', '<h1>', 'text'],
		['text/event-stream', '', 'text'],
		['application/json', '', 'text'],
		['image/svg+xml', '', 'image'],
		['application/octet-stream', '', 'file'],
		['application/pdf', '', 'file'],
		['', '  <!DOCTYPE html><p>', 'page'],
		['', 'hello < you', 'text'],
		['', 'ELF\0', 'file'],
	])('shows %j that begins with %j as a %s', (type, first, shows) => {
		const headers = type === '' ? {} : { 'content-type': type };
		expect(contentOf(headers, bytes(first)).shows).toBe(shows);
	});
	it('keeps what its server wants kept, under a name that is one', () => {
		const headers = {
			'content-type': 'text/html',
			'content-disposition': 'attachment; filename="../a\n b.txt"',
		};
		expect(contentOf(headers, bytes('')).shows).toBe('file');
		expect(fileName('http://web/x', headers)).toBe('.._a_ b.txt');
		expect(fileName('http://web/x/data.bin?a', {})).toBe('data.bin');
		expect(fileName('http://web/', {})).toBe('download');
	});
	it('reads the letters that the page says it has, and UTF-8 otherwise', () => {
		const encoding = (type: string, first: string) =>
			decoderFor(contentOf({ 'content-type': type }, bytes('')), bytes(first)).encoding;
		expect(encoding('text/html; charset="GBK"', '')).toBe('gbk');
		expect(encoding('text/html', '<meta charset=gb18030>')).toBe('gb18030');
		expect(encoding('text/plain', '<meta charset=gb18030>')).toBe('utf-8');
		expect(encoding('text/html; charset=none', '')).toBe('utf-8');
	});
});

describe('an address', () => {
	it.each([
		['node-1:30080', 'http://node-1:30080/'],
		[' 10.96.0.1/a b ', undefined],
		['web.default.svc.cluster.local/a?b#c', 'http://web.default.svc.cluster.local/a?b#c'],
		['https://x', 'https://x/'],
		['', undefined],
		['http://', undefined],
	])('%j is %j', (text, url) => expect(typedAddress(text)).toBe(url));

	it.each([
		['http://node-1:30080/', true],
		['http://10.96.0.1/', true],
		['http://172.17.0.2:8080/', true],
		['http://172.32.0.2/', false],
		['http://10.example.com/', false],
		['https://node-1/', false],
		['https://kubernetes.io/', false],
		['x', false],
	])('%j leads to a machine: %j', (url, is) => expect(isGuestAddress(url)).toBe(is));
});

describe('a message of a frame', () => {
	it.each([
		[{ kind: 'title', title: 'x' }, true],
		[{ kind: 'title', title: 7 }, false],
		[{ kind: 'title', title: 'x'.repeat(1e5) }, false],
		[{ kind: 'navigate', url: 'http://a/', method: 'GET', type: '', body: undefined }, true],
		[{ kind: 'navigate', url: 'no address', method: 'GET', type: '' }, false],
		[{ kind: 'navigate', url: 'http://a/', method: 'POST', type: '', body: 'text' }, false],
		[{ kind: 'fetch', id: 1, url: 'http://a/', method: 'GET', headers: { a: 1 } }, false],
		[{ kind: 'constructor' }, false],
		[null, false],
		['text', false],
	])('%j is taken: %j', (message, is) => expect(fromFrame(message) !== undefined).toBe(is));
});
