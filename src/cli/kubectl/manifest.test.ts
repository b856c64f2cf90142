import { describe, expect, it } from 'vitest';
import { parseManifest } from './manifest.ts';

const head = 'apiVersion: v1\nkind: Pod\n';

describe('parseManifest', () => {
	// The texts are those of Go's parser for the same files.
	it.each([
		[
			'deeper key',
			`${head}metadata:\n  name: a\n   labels: b\n`,
			'line 5: mapping values are not allowed in this context',
		],
		[
			'two keys on a line',
			`${head}metadata: name: a\n`,
			'line 3: mapping values are not allowed in this context',
		],
		['tab', `${head}metadata:\n\tname: a\n`, 'line 4: found character that cannot start any token'],
		['open quote', `${head}metadata:\n  name: "a\n`, 'line 5: found unexpected end of stream'],
		[
			'missing colon',
			'apiVersion: v1\nkind Pod\nmetadata:\n  name: a\n',
			"line 3: could not find expected ':'",
		],
		[
			'key after list',
			`${head}metadata:\n  - a\n  b: c\n`,
			"line 4: did not find expected '-' indicator",
		],
		['open map', `${head}metadata: {name: a\n`, "line 3: did not find expected ',' or '}'"],
		['dedent', `${head}spec:\n    a: b\n  c: d\n`, 'line 4: did not find expected key'],
		[
			'list item dedent',
			`${head}spec:\n  containers:\n  - name: a\n   image: b\n`,
			'line 5: did not find expected key',
		],
		[
			'reserved character',
			`${head}spec: @foo\n`,
			'line 3: found character that cannot start any token',
		],
		['escape', `${head}spec:\n  a: "x\\y"\n`, 'line 4: found unknown escape character'],
	])('%s', (_, content, message) => {
		expect(() => parseManifest('x.yaml', content)).toThrow(
			`error parsing x.yaml: error converting YAML to JSON: yaml: ${message}`,
		);
	});

	it('splits documents, skips empty ones and takes lists apart', () => {
		const list = 'kind: List\nitems:\n- kind: A\n- kind: B\n';
		const kinds = parseManifest('x', `# nothing\n---\nkind: C\n---\n\n---\n${list}`).map(
			({ kind }) => kind,
		);
		expect(kinds).toEqual(['C', 'A', 'B']);
	});

	it('reads YAML 1.1 as Go does', () => {
		const [object] = parseManifest('x', 'a: yes\nb: 0644\nc: 1:30\nd: 2024-01-01\ne: "yes"\n');
		expect(object).toEqual({ a: true, b: 420, c: '1:30', d: '2024-01-01', e: 'yes' });
	});

	it('reads JSON', () => {
		expect(parseManifest('x', '{"kind": "A"}')).toEqual([{ kind: 'A' }]);
	});
});
