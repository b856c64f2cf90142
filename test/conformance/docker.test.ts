import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installed, printed, runClient, type Ran } from '../harness/client.ts';
import { startHeadless, type HeadlessServer } from '../harness/headless.ts';

const binary = installed('docker');

let server: HeadlessServer;

function docker(...args: string[]): Promise<Ran> {
	const host = server.ready.docker['control-plane'] ?? '';
	return runClient(binary ?? '', ['-H', host, ...args]);
}

const ok = (...args: string[]) => printed(`docker ${args.join(' ')}`, docker(...args));

describe.skipIf(!binary)('a real docker against a node', () => {
	beforeAll(async () => {
		server = await startHeadless(['--nodes', '1']);
	});
	afterAll(async () => {
		expect(await server?.stop()).toBe(0);
	});

	it('pulls an image and lists it', async () => {
		expect(await ok('pull', 'busybox')).toContain('Downloaded newer image for busybox:latest');
		expect(await ok('images', '--format', '{{.Repository}}:{{.Tag}}')).toBe('busybox:latest\n');
		const missing = await docker('pull', 'nosuch');
		expect(missing.code).toBe(1);
		expect(missing.stderr).toContain('pull access denied for nosuch');
	});

	it('runs a program to its end and passes on what it said and its exit code', async () => {
		expect(await ok('run', '--rm', 'busybox', 'echo', 'hello')).toBe('hello\n');
		const failed = await docker('run', '--rm', 'busybox', 'sh', '-c', 'echo no >&2; exit 4');
		expect(failed).toEqual({ code: 4, stdout: '', stderr: 'no\n' });
		expect((await docker('run', '--rm', 'busybox', 'nosuch')).code).toBe(127);
		expect(await ok('ps', '-aq')).toBe('');
	});

	it('keeps a container in the background, looks into it and ends it', async () => {
		const script = 'echo up; trap "echo down; exit 0" TERM; while :; do sleep 0.2; done';
		const id = (await ok('run', '-d', '--name', 'daemon', 'busybox', 'sh', '-c', script)).trim();
		expect(id).toMatch(/^[0-9a-f]{64}$/);
		expect(await ok('ps', '--format', '{{.Names}} {{.Status}}')).toMatch(/^daemon Up /);
		expect(await ok('exec', 'daemon', 'sh', '-c', 'echo $HOSTNAME')).toBe(`${id.slice(0, 12)}\n`);
		expect((await docker('exec', 'daemon', 'sh', '-c', 'exit 3')).code).toBe(3);
		expect(await ok('inspect', '-f', '{{.State.Status}}', 'daemon')).toBe('running\n');
		expect(await ok('top', 'daemon')).toContain('sleep 0.2');
		await ok('stop', 'daemon');
		expect(await ok('logs', 'daemon')).toBe('up\ndown\n');
		expect(await ok('wait', 'daemon')).toBe('0\n');
		await ok('rm', 'daemon');
		expect((await docker('logs', 'daemon')).stderr).toContain('No such container: daemon');
	});

	it('says so where a verb is not served', async () => {
		const { code, stderr } = await docker('network', 'create', 'mine');
		expect(code).toBe(1);
		expect(stderr).toContain('not served by this engine');
	});
});
