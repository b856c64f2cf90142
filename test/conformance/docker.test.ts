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
		const said = (await ok('pull', 'busybox')).replaceAll(/\b[0-9a-f]{12,}\b/g, 'ID').split('\n');
		expect(said).toEqual([
			'Using default tag: latest',
			'latest: Pulling from library/busybox',
			'ID: Pulling fs layer',
			'ID: Verifying Checksum',
			'ID: Download complete',
			'ID: Pull complete',
			'Digest: sha256:ID',
			'Status: Downloaded newer image for busybox:latest',
			'docker.io/library/busybox:latest',
			'',
		]);
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
		expect(await ok('ps', '--no-trunc', '--format', '{{.Command}}')).toBe(
			`"sh -c '${script.replaceAll('"', '\\"')}'"\n`,
		);
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

	it('hands its input on, and waits for the run it started', async () => {
		const host = server.ready.docker['control-plane'] ?? '';
		const piped = await runClient('sh', [
			'-c',
			`echo in | ${binary ?? ''} -H ${host} run -i --rm busybox cat`,
		]);
		expect(piped).toEqual({ code: 0, stdout: 'in\n', stderr: '' });
		const script = 'echo run >> /runs; cat /runs; exit $(wc -l < /runs)';
		expect((await docker('run', '--name', 'again', 'busybox', 'sh', '-c', script)).code).toBe(1);
		expect(await docker('start', '-a', 'again')).toMatchObject({ code: 2, stdout: 'run\nrun\n' });
		await ok('rm', 'again');
	});

	it('has what it asks for, or is told what it cannot have', async () => {
		const script =
			'ulimit -n; cat /proc/sys/net/core/somaxconn; ls -d /anon; id -G; grep db /etc/hosts';
		const flags = '--ulimit nofile=33:44 --sysctl net.core.somaxconn=77 --group-add 20 -v /anon';
		const words = [...flags.split(' '), '--add-host', 'db:10.0.0.9', 'busybox', 'sh', '-c', script];
		expect(await ok('run', '--rm', ...words)).toBe('33\n77\n/anon\n0 20\n10.0.0.9\tdb\n');
		const refusals: [string[], string][] = [
			[['--network', 'container:nope'], 'No such container: nope'],
			[['--network', 'odd'], 'network odd not found'],
			[['--device', '/dev/null'], 'HostConfig.Devices is not supported'],
			[['--mount', 'type=bind,source=/nope,target=/x'], 'bind source path does not exist: /nope'],
			[['-w', 'rel'], "the working directory 'rel' is invalid"],
		];
		for (const [given, text] of refusals) {
			const { code, stderr } = await docker('run', '--rm', ...given, 'busybox', 'true');
			expect([code, stderr]).toEqual([125, expect.stringContaining(text)]);
		}
		expect(await ok('ps', '-aq')).toBe('');
	});

	it('pulls again what it removed, and is told what stands in for a version', async () => {
		await ok('pull', 'debian');
		await ok('rmi', 'debian');
		expect(await ok('run', '--rm', 'debian', 'ls', '/bin/bash')).toBe('/bin/bash\n');
		expect(await ok('pull', 'nginx:1.14.2')).toContain('nginx:1 stands in for it');
		const broken = await docker('pull', 'nginx:v2-broken');
		expect(broken.stderr).toContain('manifest unknown');
		await ok('rmi', 'debian', 'nginx:1.14.2');
	});

	it('says so where a verb is not served', async () => {
		const { code, stderr } = await docker('network', 'create', 'mine');
		expect(code).toBe(1);
		expect(stderr).toContain('not served by this engine');
	});

	it('looks for a name everywhere before there is no such object', async () => {
		const { code, stdout, stderr } = await docker('inspect', 'nope');
		expect([code, stdout, stderr]).toEqual([1, '[]\n', 'Error: No such object: nope\n']);
	});
});
