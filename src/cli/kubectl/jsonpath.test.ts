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
		["{.items[0].metadata.labels['app\\.io/x']}", '1'],
		["{.items[0].metadata.labels['app.io/x']}", ''],
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
		['{.}', ''],
		['{@.kind}', 'List'],
		['{5}{-5}{1.5}{true}', '5-51.5true'],
		['{.kind "x"}', 'x'],
		["{['kind','nope']}", 'List'],
		['{.items[0,-1].n}', '1 3'],
		['{.items[1:1].n}', ''],
		['{.items[?(@.nope)].n}', ''],
		['{.items[?(@.n>=3)].n}', '3'],
		['{.items[*].metadata.labels.*}', '1'],
		['{range .nope[*]}{.name}{end}x', 'x'],
		['{range .items[*]}{.n}{end}{.kind}', '123List'],
		['{"\\x41\\u0042\\101"}', 'ABA'],
		['{.constructor}{.__proto__}', ''],
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
		['{.items["n"]}', 'invalid array index "n"'],
		['{.items[0:9].n}', 'array index out of bounds: index 8, length 3'],
		['{.items[2:1].n}', 'starting index 2 is greater than ending index 1'],
		['{.items[::0].n}', 'step must be > 0'],
		['{.items[?(@.n=="1")].n}', 'incompatible types for comparison'],
		['{.items[?(@.ok>true)].n}', 'invalid type for comparison'],
		['{.items[?(@.n=1)].n}', 'unrecognized filter operator ='],
		['{.items[?(@.n', 'unterminated filter'],
		['{.items[?(@.n>1)}', 'unclosed array expect ]'],
		['{.metadata[?(@.n)]}{.kind[0]}', 'string is not array or slice'],
		['{.kind[?(@.n)]}', 'List is not array or slice and cannot be filtered'],
		['{....name}', 'invalid multiple recursive descent'],
		['{1.2.3}', 'cannot parse number 1.2.3'],
		['{#}', "unrecognized character in action: U+0023 '#'"],
		['{{.kind}}', "unrecognized character in action: U+007B '{'"],
		['{"a', 'unterminated quoted string'],
		['{"it\\\'s"}', 'unquote string "it\\\'s" error invalid syntax'],
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
