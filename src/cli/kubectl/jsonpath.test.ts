import { describe, expect, it } from 'vitest';
import { JsonPath, relaxedJsonPath } from './jsonpath.ts';

const data = {
	kind: 'List',
	items: [
		{
			metadata: { name: 'a', labels: { 'app.io/x': '1' } },
			n: 1,
			ok: true,
			ports: [{ p: 80 }, { p: 81 }],
		},
		{ metadata: { name: 'b', labels: {} }, n: 2, ok: false, ports: [{ p: 82 }] },
		{ metadata: { name: 'c' }, n: 3, ports: [] },
	],
};

const print = (template: string) => new JsonPath(template, { allowMissing: true }).print(data);

describe('JsonPath', () => {
	it.each([
		['{.kind}', 'List'],
		['kind={.kind}!', 'kind=List!'],
		['{.items[*].metadata.name}', 'a b c'],
		['{.items[0].metadata.name}', 'a'],
		['{.items[-1:].metadata.name}', 'c'],
		['{.items[0:2].n}', '1 2'],
		['{.items[0,2].n}', '1 3'],
		['{.items[::2].n}', '1 3'],
		["{.items[0]['metadata'].name}", 'a'],
		['{.items[0].metadata.labels.app\\.io/x}', '1'],
		["{.items[0].metadata.labels['app.io/x']}", '1'],
		['{..name}', 'a b c'],
		['{.items[?(@.metadata.name=="b")].n}', '2'],
		['{.items[?(@.n>1)].metadata.name}', 'b c'],
		['{.items[?(@.ok==true)].metadata.name}', 'a'],
		['{.items[?(@.ok)].metadata.name}', 'a b'],
		['{.items[?(@.metadata.name!="b")].ports[*].p}', '80 81'],
		['{range .items[*]}{.metadata.name}{"\\t"}{.n}{"\\n"}{end}', 'a\t1\nb\t2\nc\t3\n'],
		['{range .items[*]}[{range .ports[*]}{.p},{end}]{end}', '[80,81,][82,][]'],
		['{.items[0].metadata}', '{"labels":{"app.io/x":"1"},"name":"a"}'],
		['{.nope}', ''],
		['{$.kind}', 'List'],
	])('%s prints %j', (template, expected) => {
		expect(print(template)).toBe(expected);
	});

	it.each([
		['{.items[5].n}', 'array index out of bounds: index 5, length 3'],
		['{.items[0', 'unterminated array'],
		['{.kind', 'unclosed action'],
		['{end}', 'not in range, nothing to end'],
		['{kind}', 'unrecognized identifier kind'],
	])('%s fails', (template, message) => {
		expect(() => print(template)).toThrow(message);
	});

	it('fails on a missing field when asked to', () => {
		expect(() => new JsonPath('{.nope}').print(data)).toThrow('nope is not found');
	});

	it('accepts relaxed expressions', () => {
		expect([relaxedJsonPath('a.b'), relaxedJsonPath('.a.b'), relaxedJsonPath('{.a.b}')]).toEqual([
			'{.a.b}',
			'{.a.b}',
			'{.a.b}',
		]);
	});
});
