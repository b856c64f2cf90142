import { describe, expect, it } from 'vitest';
import { StatusError } from '../../client/status.ts';
import { parse, rangeOfPath, schemaProblems, syntaxProblems } from './check.ts';
import { KindSchema, readPath, showPath, type ApiSchemas, type Schema } from './schema.ts';
import { conflictsOf, serverProblems } from './send.ts';
import { liveText } from './live-text.ts';
import { fieldAt, kindFrom, placeAt } from './yaml-place.ts';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  template:
    spec:
      containers:
      - name: nginx
        image: nginx:1
        ports:
        - containerPort: 80
      - name: second
        image: |CURSOR|
`;

function at(text: string) {
	const offset = text.indexOf('|CURSOR|');
	return placeAt(text.replace('|CURSOR|', ''), offset);
}

describe('yaml-place', () => {
	it('knows the list item, the key and the keys beside it', () => {
		const place = at(deployment);
		expect(showPath(place.parent)).toBe('spec.template.spec.containers[1]');
		expect(place.key).toBe('image');
		expect(place.siblings).toEqual(['name']);
	});

	it('takes a half-written key, and an empty line at the depth of the cursor', () => {
		const half = at(deployment.replace('image: |CURSOR|', 'ima|CURSOR|'));
		expect([showPath(half.parent), half.key, half.word]).toEqual([
			'spec.template.spec.containers[1]',
			undefined,
			'ima',
		]);
		const empty = at('apiVersion: v1\nkind: Pod\nspec:\n  |CURSOR|\n');
		expect([showPath(empty.parent), empty.word]).toEqual(['spec', '']);
		const nested = at('spec:\n  containers:\n    - name: a\n      |CURSOR|');
		expect(showPath(nested.parent)).toBe('spec.containers[0]');
	});

	it('keeps to its own document', () => {
		const text =
			'apiVersion: v1\nkind: Service\nspec:\n  a: 1\n---\napiVersion: apps/v1\nkind: Deployment\nspec:\n  re|CURSOR|';
		const place = at(text);
		expect(showPath(place.parent)).toBe('spec');
		expect(kindFrom(text, place.start)).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment' });
	});

	it('finds the field under the pointer', () => {
		const text = deployment.replace('|CURSOR|', '');
		const field = fieldAt(text, text.indexOf('containerPort') + 3);
		expect(field && showPath(field.path)).toBe(
			'spec.template.spec.containers[0].ports[0].containerPort',
		);
		expect(fieldAt(text, text.indexOf('nginx:1'))).toBeUndefined();
	});
});

const object = (properties: Record<string, Schema>, required: string[] = []): Schema => ({
	type: 'object',
	properties,
	required,
});
const root: Schema = object({
	apiVersion: { type: 'string' },
	kind: { type: 'string' },
	metadata: object({
		name: { type: 'string' },
		labels: { type: 'object', additionalProperties: { type: 'string' } },
	}),
	spec: { allOf: [{ $ref: '#/components/schemas/Spec' }], description: 'What is wanted.' },
});
const all = {
	Spec: object(
		{
			replicas: { type: 'integer' },
			paused: { type: 'boolean' },
			containers: {
				type: 'array',
				items: object({ name: { type: 'string' }, image: { type: 'string' } }, ['name']),
			},
		},
		['containers'],
	),
};
const schemas = {
	kind: async (apiVersion: string, kind: string) =>
		apiVersion === 'apps/v1' && kind === 'Deployment' ? new KindSchema(all, root) : undefined,
} as unknown as ApiSchemas;

async function problemsIn(text: string) {
	const [document] = parse(text);
	if (!document) throw new Error('no document');
	const problems = await schemaProblems(document, schemas);
	return problems.map((one) => [text.slice(one.from, one.to), one.message]);
}

describe('check', () => {
	it('names the line of a syntax error', () => {
		const text = 'a: 1\nb: [1, 2\nc: 3\n';
		const [problem] = syntaxProblems(parse(text));
		expect(problem?.source).toBe('yaml');
		expect(text.slice(0, problem?.from).split('\n').length).toBeGreaterThanOrEqual(2);
	});

	it('finds misspelt fields, wrong types and what is missing', async () => {
		const text = `apiVersion: apps/v1
kind: Deployment
spec:
  replcas: 3
  paused: soon
  containers:
  - image: nginx
    name: 5
  - image: redis
`;
		expect(await problemsIn(text)).toEqual([
			['replcas', { say: 'unknown', field: 'replcas', near: 'replicas' }],
			['soon', { say: 'type', field: 'paused', wanted: 'boolean' }],
			['5', { say: 'type', field: 'name', wanted: 'string' }],
			['image', { say: 'required', field: 'name' }],
		]);
	});

	it('says nothing about free-form maps, and about kinds only that they are not served', async () => {
		expect(
			await problemsIn(
				'apiVersion: apps/v1\nkind: Deployment\nmetadata: {labels: {any: thing}}\nspec: {containers: []}\n',
			),
		).toEqual([]);
		expect(await problemsIn('apiVersion: v2\nkind: Boat\n')).toEqual([
			['kind', { say: 'not-served', kind: 'v2 Boat' }],
		]);
		expect(await problemsIn('spec: {}\n')).toEqual([['', { say: 'no-kind' }]]);
	});

	it('puts what the server refuses at the line of the field, or of the nearest one that is written', () => {
		const text = deployment.replace('|CURSOR|', '');
		const [document] = parse(text);
		if (!document) throw new Error('no document');
		const refusal = new StatusError({
			kind: 'Status',
			apiVersion: 'v1',
			metadata: {},
			status: 'Failure',
			code: 422,
			message: 'Deployment.apps "web" is invalid',
			details: {
				causes: [
					{ field: 'spec.template.spec.containers[1].image', message: 'Required value' },
					{ field: 'spec.selector', message: 'Required value' },
				],
			},
		});
		const lines = serverProblems(refusal, document).map((one) => text.slice(one.from, one.to));
		expect(lines).toEqual(['image', 'spec']);
		const whole = serverProblems(new Error('connection lost'), document);
		expect(whole.map((one) => [text.slice(one.from, one.to), one.message])).toEqual([
			['kind', 'connection lost'],
		]);
		const range = rangeOfPath(document, readPath('spec.template.spec.containers[0].ports'));
		expect(text.slice(range.from, range.to)).toBe('ports');
	});

	it('tells who owns the fields of a conflict', () => {
		const conflict = new StatusError({
			kind: 'Status',
			apiVersion: 'v1',
			metadata: {},
			status: 'Failure',
			code: 409,
			reason: 'Conflict',
			details: {
				causes: [
					{
						reason: 'FieldManagerConflict',
						field: '.spec.replicas',
						message: 'conflict with "kubectl" using apps/v1',
					},
				],
			},
		});
		expect(conflictsOf(conflict)).toEqual([
			{ field: 'spec.replicas', manager: '"kubectl" using apps/v1' },
		]);
		expect(conflictsOf(new Error('no'))).toEqual([]);
	});
});

describe('the text as the cluster has it', () => {
	const asLive = (text: string, ...live: unknown[]) =>
		liveText(
			text,
			parse(text).map((document, index) => ({ document, live: live[index] })),
		);
	const text = `# of the fleet
kind: Deployment
metadata: {name: 'web', labels: {app: web, tier: "front"}}
spec:
  replicas: 3 # more
  paused: true
  template:
    spec:
      containers:
      - name: nginx
        image: nginx:2
        args: [a, b]
      - name: second
        image: busybox
`;
	it('has live values where the text names them, and nothing beside', () => {
		const live = {
			kind: 'Deployment',
			metadata: { name: 'web', uid: '1', labels: { app: 'web', tier: 'back' } },
			spec: {
				replicas: 2,
				strategy: {},
				template: { spec: { containers: [{ name: 'nginx', image: 'nginx:1', args: ['a'] }] } },
			},
			status: {},
		};
		expect(asLive(text, live)).toBe(`# of the fleet
kind: Deployment
metadata: {name: 'web', labels: {app: web, tier: "back"}}
spec:
  replicas: 2 # more
  template:
    spec:
      containers:
      - name: nginx
        image: nginx:1
        args: ["a"]
`);
	});
	it('is the text itself where nothing differs', () => {
		const [document] = parse(text);
		expect(asLive(text, document?.toJS())).toBe(text);
	});
	it('writes texts of several lines as such', () => {
		const config = 'data:\n  page: |\n    one\n    two\n  other: x\n';
		expect(asLive(config, { data: { page: 'one\nthree\n', other: 'x' } })).toBe(
			'data:\n  page: |\n    one\n    three\n  other: x\n',
		);
		expect(asLive(config, { data: { other: 'x' } })).toBe('data:\n  other: x\n');
	});
	it('has no document whose object is not there', () => {
		const two = 'kind: A\nspec: 1\n---\nkind: B\nspec: 2\n';
		expect(asLive(two, { kind: 'A', spec: 3 })).toBe('kind: A\nspec: 3\n');
	});
	it('keeps the first line of an item whose first field is not there', () => {
		const ports = 'spec:\n  ports:\n  - port: 80\n    name: http\n';
		expect(asLive(ports, { spec: { ports: [{ name: 'http' }] } })).toContain('name: http');
	});
});
