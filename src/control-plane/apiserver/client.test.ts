import { expect, it } from 'vitest';
import type { Pod } from '../../api/kubernetes.ts';
import { Informer } from '../../client/informer.ts';
import { resources } from '../../client/resources.ts';
import { Client } from '../../client/rest.ts';
import { isConflict } from '../../client/status.ts';
import { pod, TestServer } from './test-server.ts';

it('serves the informer and the typed client', async () => {
	const server = new TestServer();
	const client = new Client(server.api, { userAgent: 'test' });
	const pods = client.on<Pod>(resources.pods, 'default');
	await pods.create(pod('a') as Pod);
	const informer = new Informer<Pod>({
		client: client.on<Pod>(resources.pods),
		clock: server.clock,
	});
	const abort = new AbortController();
	informer.start(abort.signal);
	await informer.synced;
	expect(informer.list().map(({ metadata }) => metadata.name)).toEqual(['a']);
	const seen: string[] = [];
	informer.subscribe({
		added: (object) => seen.push(`+${object.metadata.name}`),
		updated: (_old, object) => seen.push(`=${object.metadata.name} ${object.status.phase}`),
		deleted: (object) => seen.push(`-${object.metadata.name}`),
	});
	const b = await pods.create(pod('b') as Pod);
	await pods.updateStatus({ ...b, status: { ...b.status, phase: 'Running' } });
	await expect(pods.update(b)).rejects.toSatisfy(isConflict);
	await pods.delete('b', { gracePeriodSeconds: 0 });
	await server.clock.advance(10);
	expect(seen.filter((line) => line.includes('b'))).toEqual(['+b', '=b Running', '-b']);
	abort.abort();
});
