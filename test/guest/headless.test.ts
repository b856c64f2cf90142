import { describe, expect, it } from 'vitest';
import { startHeadless, type Ready } from '../harness/headless.ts';

describe('the headless server', () => {
	it('serves the engine of machines without Kubernetes, of the size that was asked for', async () => {
		const server = await startHeadless(['--nodes', '1', '--runs', 'docker', '--memory', '200']);
		try {
			const ready: Partial<Ready> = server.ready;
			expect(ready.kubernetes).toBeUndefined();
			const { hostname, port } = new URL(ready.docker?.['node-1'] ?? '');
			const answer = await fetch(`http://${hostname}:${port}/info`);
			const info = (await answer.json()) as { MemTotal: number };
			expect(info).toMatchObject({ Name: 'node-1', Containers: 0 });
			// The kernel keeps some for itself.
			expect(info.MemTotal / 2 ** 20).toBeGreaterThan(160);
			expect(info.MemTotal / 2 ** 20).toBeLessThan(200);
		} finally {
			await server.stop();
		}
	});
	it('serves no API of machines that run Linux alone', async () => {
		const server = await startHeadless(['--nodes', '1', '--runs', 'linux']);
		expect(server.ready).not.toHaveProperty('kubernetes');
		expect(server.ready).not.toHaveProperty('docker');
		expect(await server.stop()).toBe(0);
	});
});
