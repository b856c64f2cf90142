import { describe, expect, it } from 'vitest';
import {
	configMap,
	configMaps,
	message,
	pod,
	pods,
	TestServer,
	type WatchLine,
} from './test-server.ts';

async function five(): Promise<TestServer> {
	const server = new TestServer();
	for (const name of ['a', 'b', 'c', 'd', 'e']) await server.post(pods, pod(name));
	return server;
}

const names = (answer: { body: { items: { metadata: { name: string } }[] } }) =>
	answer.body.items.map((item) => item.metadata.name).join('');

const seen = (lines: WatchLine[]) =>
	lines.map(
		({ type, object }) =>
			`${type} ${(object as { metadata: { name?: string } }).metadata.name ?? ''}`,
	);

describe('list', () => {
	it('has the store’s revision and objects in name order', async () => {
		const server = await five();
		const answer = await server.get(pods);
		expect(answer.body).toMatchObject({
			kind: 'PodList',
			apiVersion: 'v1',
			metadata: { resourceVersion: String(server.store.revision) },
		});
		expect(names(answer)).toBe('abcde');
	});

	it('pages through one consistent state', async () => {
		const server = await five();
		const first = await server.get(`${pods}?limit=2`);
		expect(names(first)).toBe('ab');
		expect(first.body.metadata.remainingItemCount).toBe(3);
		await server.delete(`${pods}/c`);
		await server.post(pods, pod('cc'));
		const token = encodeURIComponent(first.body.metadata.continue as string);
		const second = await server.get(`${pods}?limit=2&continue=${token}`);
		expect(names(second)).toBe('cd');
		expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
		const next = encodeURIComponent(second.body.metadata.continue as string);
		const last = await server.get(`${pods}?limit=2&continue=${next}`);
		expect(names(last)).toBe('e');
		expect(last.body.metadata.continue).toBeUndefined();
	});

	it('offers a fresh token when the page’s state is gone', async () => {
		const server = await five();
		const { body } = await server.get(`${pods}?limit=2`);
		await server.delete(`${pods}/c`);
		server.store.compact(server.store.revision);
		const token = encodeURIComponent(body.metadata.continue as string);
		const gone = await server.get(`${pods}?limit=2&continue=${token}`);
		expect([gone.status, gone.body.reason]).toEqual([410, 'Expired']);
		expect(message(gone)).toContain('The provided continue parameter is too old');
		const fresh = encodeURIComponent(gone.body.metadata.continue as string);
		expect(names(await server.get(`${pods}?limit=9&continue=${fresh}`))).toBe('de');
	});

	it('selects by labels and fields, and counts nothing then', async () => {
		const server = await five();
		expect(names(await server.get(`${pods}?labelSelector=app%20in%20(a,c)`))).toBe('ac');
		expect(names(await server.get(`${pods}?labelSelector=app!=a&limit=2`))).toBe('bc');
		expect(names(await server.get(`${pods}?fieldSelector=metadata.name=d`))).toBe('d');
		expect(names(await server.get(`/api/v1/pods?fieldSelector=metadata.name=d`))).toBe('d');
		const fields = 'spec.nodeName=,status.phase!=Succeeded,status.phase!=Failed';
		expect(names(await server.get(`${pods}?fieldSelector=${fields}`))).toBe('abcde');
		const page = await server.get(`${pods}?labelSelector=app!=a&limit=2`);
		expect(page.body.metadata.remainingItemCount).toBeUndefined();
	});

	it('refuses what cannot be selected on', async () => {
		const server = new TestServer();
		expect(message(await server.get(`${pods}?fieldSelector=spec.foo=1`))).toBe(
			'field label not supported: spec.foo',
		);
		expect(message(await server.get(`${configMaps}?fieldSelector=data=1`))).toBe(
			'"data" is not a known field selector: only "metadata.name", "metadata.namespace"',
		);
	});

	it('knows past, present and future versions', async () => {
		const server = await five();
		const past = server.store.revision;
		await server.delete(`${pods}/a`);
		expect(
			names(await server.get(`${pods}?resourceVersion=${past}&resourceVersionMatch=Exact`)),
		).toBe('abcde');
		expect(
			names(await server.get(`${pods}?resourceVersion=${past}&resourceVersionMatch=NotOlderThan`)),
		).toBe('bcde');
		expect(names(await server.get(`${pods}?resourceVersion=0`))).toBe('bcde');
		const future = await server.get(`${pods}?resourceVersion=999`);
		expect(future.status).toBe(504);
		expect(message(future)).toBe(
			`Timeout: Too large resource version: 999, current: ${server.store.revision}`,
		);
		expect(future.body.details.causes[0].reason).toBe('ResourceVersionTooLarge');
		server.store.compact(server.store.revision);
		expect(
			(await server.get(`${pods}?resourceVersion=${past}&resourceVersionMatch=Exact`)).status,
		).toBe(410);
		expect((await server.get(`${pods}?resourceVersion=abc`)).status).toBe(400);
		expect((await server.get(`${pods}?resourceVersionMatch=Exact`)).status).toBe(422);
	});

	it('of one kind does not show others with the same prefix', async () => {
		const server = new TestServer();
		const answer = await server.get('/api/v1/services');
		expect(answer.body.items.map((item: { kind: string }) => item.kind)).toEqual(['Service']);
	});
});

describe('watch', () => {
	it('follows from a version without a gap', async () => {
		const server = await five();
		const { body } = await server.get(pods);
		await server.delete(`${pods}/a`);
		const path = `${pods}?watch=true&resourceVersion=${body.metadata.resourceVersion}`;
		const lines = await server.watch(path, async () => {
			await server.post(pods, pod('f'));
			await server.patch(`${pods}/f`, { metadata: { labels: { x: 'y' } } });
		});
		expect(seen(lines)).toEqual(['DELETED a', 'ADDED f', 'MODIFIED f']);
		expect(lines[0]?.object.metadata.resourceVersion).toBe(
			String(Number(body.metadata.resourceVersion) + 1),
		);
	});

	it('begins with what is there for 0 and for no version', async () => {
		const server = await five();
		const start = 'ADDED a,ADDED b,ADDED c,ADDED d,ADDED e';
		expect(seen(await server.watch(`${pods}?watch=1`)).join()).toBe(start);
		expect(seen(await server.watch(`${pods}?watch=True&resourceVersion=0`)).join()).toBe(start);
	});

	it('marks the end of the initial events', async () => {
		const server = await five();
		const lines = await server.watch(
			`${pods}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
		);
		expect(lines).toHaveLength(6);
		expect(lines[5]).toMatchObject({
			type: 'BOOKMARK',
			object: {
				kind: 'Pod',
				apiVersion: 'v1',
				metadata: {
					resourceVersion: String(server.store.revision),
					annotations: { 'k8s.io/initial-events-end': 'true' },
				},
			},
		});
		const wrong = await server.get(`${pods}?watch=true&sendInitialEvents=true`);
		expect(wrong.status).toBe(422);
	});

	it('shows what enters and leaves a selection', async () => {
		const server = await five();
		const from = server.store.revision;
		const path = `${pods}?watch=true&resourceVersion=${from}&labelSelector=tier=front`;
		const lines = await server.watch(path, async () => {
			await server.patch(`${pods}/a`, { metadata: { labels: { tier: 'front' } } });
			await server.patch(`${pods}/a`, { metadata: { labels: { more: '1' } } });
			await server.patch(`${pods}/a`, { metadata: { labels: { tier: 'back' } } });
			await server.patch(`${pods}/b`, { metadata: { labels: { tier: 'back' } } });
		});
		expect(seen(lines)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
		expect(lines[2]?.object.metadata).toMatchObject({
			labels: { tier: 'front' },
			resourceVersion: String(from + 3),
		});
	});

	it('of a compacted version ends with an error', async () => {
		const server = await five();
		server.store.compact(server.store.revision);
		const lines = await server.watch(`${pods}?watch=true&resourceVersion=3`);
		expect(lines).toHaveLength(1);
		expect(lines[0]).toMatchObject({
			type: 'ERROR',
			object: {
				kind: 'Status',
				code: 410,
				reason: 'Expired',
				message: `too old resource version: 3 (${server.store.revision})`,
			},
		});
	});

	it('ends at its timeout, after a bookmark', async () => {
		const server = new TestServer();
		const path = `${configMaps}?watch=true&resourceVersion=${server.store.revision}&timeoutSeconds=10&allowWatchBookmarks=true`;
		const response = await server.api.request({ method: 'GET', path });
		const reading = (async () => {
			let text = '';
			for await (const chunk of response.body as AsyncIterable<string>) text += chunk;
			return text;
		})();
		await server.clock.advance(10_000);
		const text = await reading;
		expect(JSON.parse(text)).toMatchObject({ type: 'BOOKMARK', object: { kind: 'ConfigMap' } });
	});

	it('sends bookmarks every minute', async () => {
		const server = new TestServer();
		const path = `${configMaps}?watch=true&resourceVersion=${server.store.revision}&allowWatchBookmarks=true`;
		const lines = await server.watch(path, async () => {
			await server.clock.advance(60_000);
			await server.post(pods, pod('x'));
			await server.clock.advance(60_000);
		});
		expect(lines.map(({ type, object }) => [type, object.metadata.resourceVersion])).toEqual([
			['BOOKMARK', String(server.store.revision - 1)],
			['BOOKMARK', String(server.store.revision)],
		]);
	});

	it('keeps to its namespace and its object', async () => {
		const server = new TestServer();
		const lines = await server.watch(
			`${configMaps}?watch=true&resourceVersion=${server.store.revision}&fieldSelector=metadata.name=a`,
			async () => {
				await server.post('/api/v1/namespaces/kube-system/configmaps', configMap('a', {}));
				await server.post(configMaps, configMap('b', {}));
				await server.post(configMaps, configMap('a', {}));
			},
		);
		expect(seen(lines)).toEqual(['ADDED a']);
	});

	it('sends tables, with columns in the first only', async () => {
		const server = await five();
		const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
		const lines = await server.watch(`${pods}?watch=true`, undefined, { accept });
		expect(lines[0]?.object.columnDefinitions[0].name).toBe('Name');
		expect(lines[1]?.object.columnDefinitions).toBeUndefined();
		expect(lines[1]?.object.rows[0].cells[0]).toBe('b');
	});

	it('ends for a client that does not read', async () => {
		const server = new TestServer();
		const lines = await server.watch(
			`${configMaps}?watch=true&resourceVersion=${server.store.revision}`,
			async () => {
				const text = 'x'.repeat(900_000);
				for (let i = 0; i < 25; i++) await server.post(configMaps, configMap(`big${i}`, { text }));
			},
		);
		expect(lines).toEqual([]);
	});

	it('survives the server’s own compaction', async () => {
		const server = new TestServer({ watchHistory: 50 });
		for (let i = 0; i < 200; i++) await server.post(configMaps, configMap(`c${i}`, {}));
		expect(server.store.historyLength).toBeLessThanOrEqual(101);
		expect(server.store.historyLength).toBeGreaterThanOrEqual(49);
	});
});
