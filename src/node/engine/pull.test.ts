import { describe, expect, it } from 'vitest';
import { engineBench } from '../../../test/unit/engine-bench.ts';
import type { PullProgress } from '../../api/engine.ts';

const phases = (seen: PullProgress[]) =>
	seen.filter((each) => each.phase !== 'downloading').map((each) => each.phase);

describe('pullImage', () => {
	it('unpacks each layer once and says what it does', async () => {
		const { engine, layers, layout } = await engineBench();
		const first: PullProgress[] = [];
		await engine.pullImage('busybox', (each) => first.push(each));
		expect(phases(first)).toEqual([
			'resolving',
			'waiting',
			'verifying',
			'extracting',
			'extracting',
			'complete',
			'pulled',
		]);
		const before = layout.requests.length;
		const second: PullProgress[] = [];
		const image = await engine.pullImage('web:1', (each) => second.push(each));
		expect(phases(second)).toContain('exists');
		expect(layers.trees.size).toBe(2);
		expect(layout.requests.slice(before).filter((path) => path.startsWith('blobs'))).toHaveLength(
			3,
		);
		expect(image.size).toBe('shell'.length + 1);
		expect(image.tags).toEqual(['web:1']);
	});
	it('binds a layer to its place on the node', async () => {
		const { engine, agent } = await engineBench();
		const image = await engine.pullImage('busybox');
		const directory = image.layers[0]?.directory;
		expect(directory).toMatch(/^\/var\/lib\/docker\/overlay2\/[0-9a-f]{32}\/diff$/);
		expect(agent.ops).toContainEqual(
			expect.objectContaining({ op: 'mount', target: directory, flags: ['bind', 'ro'] }),
		);
	});
	it('refuses a blob whose digest is wrong and can be tried again', async () => {
		const { engine, layout } = await engineBench();
		const [path, bytes] = [...layout.files].filter(([, each]) => each[0] === 0x1f)[0] ?? [
			'',
			Buffer.alloc(0),
		];
		layout.files.set(path, Buffer.from([...bytes].reverse()));
		await expect(engine.pullImage('busybox')).rejects.toThrow('verification failed');
		layout.files.set(path, bytes);
		await expect(engine.pullImage('busybox')).resolves.toMatchObject({ tags: ['busybox:latest'] });
	});
	it('knows an unknown tag from an unknown repository', async () => {
		const { engine } = await engineBench();
		await expect(engine.pullImage('web:9')).rejects.toThrow(
			'manifest for web:9 not found: manifest unknown: manifest unknown',
		);
		await expect(engine.pullImage('foo')).rejects.toMatchObject({
			status: 404,
			message: expect.stringContaining('pull access denied for foo') as string,
		});
	});
	it('says what stands in for a version that is not here', async () => {
		const { engine, run } = await engineBench();
		const image = await engine.pullImage('web:1');
		const note = 'web:1.4.2 is not in this registry: web:1 stands in for it';
		expect((await run(['pull', 'web:1.4.2'])).out).toContain(`${note}\n`);
		expect(engine.image('web:1.4.2')).toBe(engine.image(image.id));
		expect(image.tags).toEqual(['web:1', 'web:1.4.2']);
		expect((await run(['pull', 'web:1.4.2'])).out).toContain(`${note}\n`);
	});
	it('pulls two images with a common layer at the same time', async () => {
		const { engine, layers } = await engineBench();
		const [a, b] = await Promise.all([engine.pullImage('busybox'), engine.pullImage('web:1')]);
		expect(a.layers[0]?.chainId).toBe(b.layers[0]?.chainId);
		expect(layers.trees.size).toBe(2);
	});
	it('keeps a layer as long as an image uses it', async () => {
		const { engine, layers } = await engineBench();
		await engine.pullImage('busybox');
		await engine.pullImage('web:1');
		const removed = await engine.removeImage('busybox');
		expect(removed[0]).toEqual({ untagged: 'busybox:latest' });
		expect(layers.trees.size).toBe(2);
		await engine.removeImage('web:1');
		expect(layers.trees.size).toBe(0);
	});
	it('never writes to a folder the guest may have read', async () => {
		const { engine, layers } = await engineBench();
		await engine.pullImage('busybox');
		const [first] = layers.trees.keys();
		await engine.removeImage('busybox');
		await engine.pullImage('busybox');
		expect([...layers.trees.keys()]).not.toContain(first);
		expect(layers.trees.size).toBe(1);
	});
	it('keeps the layers of a container whose image is gone', async () => {
		const { engine, layers } = await engineBench();
		await engine.pullImage('busybox');
		const { id } = await engine.createContainer({ image: 'busybox' });
		const removed = await engine.removeImage('busybox', { force: true });
		expect(removed.map((each) => Object.keys(each)[0])).toEqual([
			'untagged',
			'untagged',
			'deleted',
		]);
		expect(layers.trees.size).toBe(1);
		await engine.removeContainer(id);
		expect(layers.trees.size).toBe(0);
	});
	it('takes only the names of an image that a running container has', async () => {
		const { engine, agent, layers } = await engineBench();
		agent.program = () => undefined;
		const { id: image } = await engine.pullImage('busybox');
		const { id } = await engine.createContainer({ image: 'busybox' });
		await engine.startContainer(id);
		await expect(engine.removeImage('busybox')).rejects.toMatchObject({ status: 409 });
		await engine.removeImage('busybox', { force: true });
		expect(engine.image(image)).toMatchObject({ tags: [], digests: [] });
		await expect(engine.removeImage(image, { force: true })).rejects.toThrow('cannot be forced');
		await engine.removeContainer(id, { force: true });
		await engine.removeImage(image);
		expect(layers.trees.size).toBe(0);
	});
	it('keeps a layer that a pull under way counts on', async () => {
		const { engine, layers, layout, agent } = await engineBench();
		await engine.pullImage('busybox');
		const plain = agent.batch.bind(agent);
		let removed: Promise<unknown> | undefined;
		agent.batch = async (ops) => {
			removed ??= engine.removeImage('busybox');
			return plain(ops);
		};
		expect(layout.requests.length).toBeGreaterThan(0);
		const web = await engine.pullImage('web:1');
		await removed;
		expect(layers.trees.size).toBe(web.layers.length);
	});
	it('fetches a layer itself when the pull it waited for gives up', async () => {
		const { engine, layers, layout } = await engineBench();
		const given = new AbortController();
		const stalled = new Promise<void>((resolve) => {
			layout.stall = (signal) => {
				layout.stall = undefined;
				resolve();
				return new Promise((_, reject) => {
					signal.addEventListener('abort', () => reject(new Error('given up')));
				});
			};
		});
		const first = engine.pullImage('busybox', undefined, given.signal);
		await stalled;
		const second = engine.pullImage('web:1', ({ phase }) => {
			if (phase === 'waiting') setTimeout(() => given.abort());
		});
		const [a, b] = await Promise.allSettled([first, second]);
		expect([a.status, b.status]).toEqual(['rejected', 'fulfilled']);
		expect(layers.trees.size).toBe(2);
	});
	it('leaves no layer of a pull that failed', async () => {
		const { engine, layers, layout } = await engineBench();
		const [path] = [...layout.files].filter(([, each]) => each[0] === 0x1f).at(-1) ?? [''];
		layout.files.set(path, Buffer.from('not a layer'));
		await expect(engine.pullImage('web:1')).rejects.toThrow('verification failed');
		expect(layers.trees.size).toBe(0);
	});
});
