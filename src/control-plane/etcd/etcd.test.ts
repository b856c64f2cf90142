import { describe, expect, it } from 'vitest';
import { Etcd } from './etcd.ts';
import { CompactedError, FutureRevisionError, type EtcdEvent } from './key-value.ts';

function filled(): Etcd {
	const etcd = new Etcd();
	for (const name of ['c', 'a', 'b']) etcd.put(`/registry/pods/default/${name}`, { name });
	etcd.put('/registry/nodes/n1', { name: 'n1' });
	return etcd;
}

describe('revisions', () => {
	it('grow by one per write, over all keys', () => {
		const etcd = new Etcd();
		const first = etcd.put('/a', 1);
		const second = etcd.put('/b', 1);
		const third = etcd.put('/a', 2);
		expect([first?.modRevision, second?.modRevision, third?.modRevision]).toEqual([2, 3, 4]);
		expect(etcd.get('/a')).toEqual({
			key: '/a',
			value: 2,
			createRevision: 2,
			modRevision: 4,
			version: 2,
		});
	});

	it('start again at version 1 after a delete', () => {
		const etcd = new Etcd();
		etcd.put('/a', 1);
		expect(etcd.delete('/a')).toBe(3);
		expect(etcd.get('/a')).toBeUndefined();
		expect(etcd.put('/a', 2)).toMatchObject({ createRevision: 4, version: 1 });
	});

	it('are shared by all operations of a transaction', () => {
		const etcd = new Etcd();
		etcd.put('/a', 1);
		const result = etcd.txn({
			compare: [
				{ key: '/a', modRevision: 2 },
				{ key: '/b', modRevision: 0 },
			],
			then: [{ put: { key: '/b', value: 2 } }, { delete: { key: '/a' } }],
		});
		expect(result).toEqual({ succeeded: true, revision: 3 });
		expect(etcd.get('/b')?.modRevision).toBe(3);
		expect(etcd.get('/a')).toBeUndefined();
	});

	it('do not move when a comparison fails', () => {
		const etcd = filled();
		expect(etcd.put('/registry/nodes/n1', {}, 0)).toBeUndefined();
		expect(etcd.delete('/registry/nodes/n1', 1)).toBeUndefined();
		expect(etcd.revision).toBe(5);
	});
});

describe('range', () => {
	it('is in key order, with limit and count', () => {
		const page = filled().range('/registry/pods/', { limit: 2 });
		expect(page.kvs.map((kv) => kv.key.slice(-1))).toEqual(['a', 'b']);
		expect(page).toMatchObject({ count: 3, more: true, revision: 5 });
	});

	it('goes on from a key', () => {
		const page = filled().range('/registry/pods/', { from: '/registry/pods/default/b\0' });
		expect(page.kvs.map((kv) => kv.key.slice(-1))).toEqual(['c']);
		expect(page.more).toBe(false);
	});

	it('reads the past', () => {
		const etcd = filled();
		etcd.delete('/registry/pods/default/a');
		etcd.put('/registry/pods/default/b', { name: 'new' });
		etcd.put('/registry/pods/default/d', { name: 'd' });
		const past = etcd.range('/registry/pods/', { revision: 5 });
		expect(past.kvs.map((kv) => kv.value)).toEqual([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
	});

	it('refuses compacted and future revisions', () => {
		const etcd = filled();
		etcd.compact(4);
		expect(() => etcd.range('/', { revision: 3 })).toThrow(CompactedError);
		expect(() => etcd.range('/', { revision: 99 })).toThrow(FutureRevisionError);
	});
});

describe('watch', () => {
	it('replays from a revision, then follows, in order and only under its prefix', () => {
		const etcd = filled();
		const seen: EtcdEvent[] = [];
		const cancel = etcd.watch('/registry/pods/', 3, (event) => seen.push(event));
		etcd.put('/registry/nodes/n2', {});
		etcd.delete('/registry/pods/default/a');
		cancel();
		etcd.put('/registry/pods/default/z', {});
		expect(seen.map((event) => [event.type, event.key.slice(-1), event.revision])).toEqual([
			['put', 'a', 3],
			['put', 'b', 4],
			['delete', 'a', 7],
		]);
		expect(seen[2]?.prev?.value).toEqual({ name: 'a' });
	});

	it('refuses a compacted start', () => {
		const etcd = filled();
		etcd.compact(4);
		expect(() => etcd.watch('/', 4, () => undefined)).toThrow(CompactedError);
		expect(() => etcd.watch('/', 5, () => undefined)).not.toThrow();
	});
});

describe('snapshot', () => {
	it('restores keys and goes on with the next revision', () => {
		const etcd = new Etcd(structuredClone(filled().snapshot()));
		expect(etcd.range('/registry/pods/').count).toBe(3);
		expect(etcd.put('/registry/nodes/n1', {}, 5)?.modRevision).toBe(6);
	});

	it('lets a watcher that was up to date go on without a gap', () => {
		const etcd = new Etcd(filled().snapshot());
		const seen: string[] = [];
		etcd.watch('/', 6, (event) => seen.push(event.key));
		etcd.put('/x', 1);
		expect(seen).toEqual(['/x']);
		expect(() => etcd.watch('/', 5, () => undefined)).toThrow(CompactedError);
	});
});
