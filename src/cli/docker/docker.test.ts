import { describe, expect, it } from 'vitest';
import { engineBench } from '../../../test/unit/engine-bench.ts';

async function running() {
	const bench = await engineBench();
	bench.agent.program = () => undefined;
	await bench.run(['pull', '-q', 'busybox']);
	await bench.run(['pull', '-q', 'web:1']);
	return bench;
}

describe('docker run', () => {
	it('pulls what is missing, prints the output and takes the exit code', async () => {
		const { run, agent } = await engineBench();
		agent.program = (process) => {
			process.print('hello\n');
			process.print('oops\n', 'stderr');
			process.exit(3);
		};
		const { code, out, err } = await run(['run', '--rm', 'busybox']);
		expect(code).toBe(3);
		expect(out).toBe('hello\n');
		expect(err).toMatch(
			/^Unable to find image 'busybox:latest' locally\nlatest: Pulling from library\/busybox\n[0-9a-f]{12}: Pulling fs layer\n(.*\n)*Digest: sha256:[0-9a-f]{64}\nStatus: Downloaded newer image for busybox:latest\noops\n$/,
		);
	});
	it('prints the id when detached', async () => {
		const { run, engine } = await running();
		const { out } = await run(['run', '-d', '--name', 'web', '-p', '8080:80', 'web:1']);
		expect(out).toBe(`${engine.container('web').id}\n`);
	});
	it('passes stdin on to the process', async () => {
		const { run, agent } = await running();
		agent.program = (process) => {
			const plain = process.closeStdin.bind(process);
			process.closeStdin = () => (plain(), process.exit(0));
		};
		const input = [new TextEncoder().encode('line\n'), null];
		await run(['run', '-i', 'busybox', 'cat'], { read: async () => input.shift() ?? null });
		expect(agent.spawned.at(-1)?.input).toBe('line\n<EOF>');
	});
	it('tells a missing program with 127 and a forbidden one with 126', async () => {
		const { run, agent } = await running();
		const refuse = (errno: string, message: string) =>
			(agent.refusal = Object.assign(new Error(message), { errno }));
		refuse('ENOENT', 'exec: "foo": executable file not found in $PATH');
		const missing = await run(['run', '--rm', 'busybox', 'foo']);
		expect(missing.code).toBe(127);
		expect(missing.err).toBe(
			'docker: Error response from daemon: failed to create task for container: failed to create shim task: ' +
				'OCI runtime create failed: runc create failed: unable to start container process: ' +
				'exec: "foo": executable file not found in $PATH: unknown\n\n' +
				"Run 'docker run --help' for more information\n",
		);
		refuse('EACCES', 'exec: "/x": permission denied');
		expect((await run(['run', '--rm', 'busybox', '/x'])).code).toBe(126);
		expect((await run(['ps', '-aq'])).out).toBe('');
	});
	it('answers 125 when the engine refuses', async () => {
		const { run } = await running();
		await run(['run', '-d', '--name', 'one', 'busybox']);
		const { code, err } = await run(['run', '-d', '--name', 'one', 'busybox']);
		expect(code).toBe(125);
		expect(err).toContain(
			'docker: Error response from daemon: Conflict. The container name "/one" is already in use',
		);
		expect((await run(['run', 'nosuch'])).code).toBe(125);
		expect((await run(['run', '-m', '1m', 'busybox'])).err).toContain(
			'Minimum memory limit allowed is 6MB',
		);
	});
	it('hands Ctrl-C on and leaves after the third', async () => {
		const { run, agent } = await running();
		const kills: number[] = [];
		const plain = agent.batch.bind(agent);
		agent.batch = (ops) => {
			for (const op of ops) if (op.op === 'kill') kills.push(op.signal);
			return plain(ops.filter((op) => op.op !== 'kill'));
		};
		let press: (signal: number) => void = () => undefined;
		const result = run(['run', 'busybox', 'sleep', '9'], {
			onSignal: (listener) => (press = listener),
		});
		while (agent.spawned.at(-1)?.spec.rootfs === undefined)
			await new Promise((done) => setTimeout(done, 1));
		for (const signal of [2, 2, 2]) press(signal);
		expect(await result).toMatchObject({ code: 1 });
		expect(kills).toEqual([2, 2, 2]);
	});
});

describe('docker ps', () => {
	it('sets the columns as docker does', async () => {
		const { run, clock, engine } = await running();
		await run(['run', '-d', '--name', 'web', '-p', '8080:80', 'web:1']);
		await run(['run', '-d', '--name', 'box', 'busybox', 'sleep', '1000000000000000']);
		await clock.advance(125_000);
		const short = (name: string) => engine.container(name).id.slice(0, 12);
		expect((await run(['ps'])).out).toBe(
			[
				'CONTAINER ID   IMAGE     COMMAND                  CREATED         STATUS         PORTS                  NAMES',
				`${short('box')}   busybox   "sleep 1000000000000…"   2 minutes ago   Up 2 minutes                          box`,
				`${short('web')}   web:1     "/web --serve"           2 minutes ago   Up 2 minutes   0.0.0.0:8080->80/tcp   web`,
				'',
			].join('\n'),
		);
	});
	it('filters and formats', async () => {
		const { run } = await running();
		await run(['run', '-d', '--name', 'web', '--label', 'tier=front', 'web:1']);
		await run(['run', '-d', '--name', 'box', 'busybox']);
		await run(['stop', 'box']);
		expect(
			(await run(['ps', '-a', '--filter', 'status=exited', '--format', '{{.Names}}'])).out,
		).toBe('box\n');
		expect(
			(await run(['ps', '-f', 'label=tier=front', '--format', '{{.Names}} {{.Label "tier"}}'])).out,
		).toBe('web front\n');
		expect((await run(['ps', '-a', '--format', 'table {{.Names}}\\t{{.State}}'])).out).toBe(
			'NAMES     STATE\nbox       exited\nweb       running\n',
		);
		expect((await run(['ps', '--format', '{{.Nope}}'])).code).toBe(1);
	});
});

describe('docker', () => {
	it.each([
		[['build', '.'], 'build'],
		[['network', 'create', 'n'], 'network create'],
		[['network', 'remove', 'n'], 'network rm'],
		[['system', 'df'], 'system df'],
	])('says of %j that it is not offered', async (words, what) => {
		const { run } = await running();
		const { code, err } = await run(words);
		expect(err).toBe(`docker: '${what}' is not offered by this engine\n`);
		expect(code).toBe(1);
	});

	it.each([
		[
			['foo'],
			1,
			"docker: unknown command: docker foo\n\nRun 'docker --help' for more information\n",
		],
		[
			['ps', '--foo'],
			125,
			"unknown flag: --foo\n\nUsage:  docker ps [OPTIONS]\n\nRun 'docker ps --help' for more information\n",
		],
		[
			['rm'],
			1,
			"docker: 'docker rm' requires at least 1 argument\n\nUsage:  docker rm [OPTIONS] CONTAINER [CONTAINER...]\n\nSee 'docker rm --help' for more information\n",
		],
		[
			['logs', 'a', 'b'],
			1,
			"docker: 'docker logs' requires 1 argument\n\nUsage:  docker logs [OPTIONS] CONTAINER\n\nRun 'docker logs --help' for more information\n",
		],
		[
			['image', 'foo'],
			1,
			"docker: unknown command: docker image foo\n\nUsage:  docker image\n\nRun 'docker image --help' for more information\n",
		],
		[['stop', 'nosuch'], 1, 'Error response from daemon: No such container: nosuch\n'],
		[['rmi', 'nosuch'], 1, 'Error response from daemon: No such image: nosuch:latest\n'],
		[
			['inspect', '-f', '{{.Foo', 'box'],
			64,
			'template parsing error: template: :1: unclosed action\n',
		],
		[['volume', 'rm', 'nosuch'], 1, 'Error response from daemon: get nosuch: no such volume\n'],
	])('refuses %j as docker does', async (words, code, err) => {
		const { run } = await running();
		await run(['create', '--name', 'box', 'busybox']);
		expect(await run(words)).toMatchObject({ code, err });
	});
	it('prints the seed of the course: create, start, inspect, rm', async () => {
		const { run, engine } = await running();
		const created = await run([
			'create',
			'-v',
			'/tmp/cgroupfs/meminfo:/proc/meminfo',
			'-m=15m',
			'busybox',
			'sleep',
			'213133',
		]);
		const id = created.out.trim();
		expect(id).toMatch(/^[0-9a-f]{64}$/);
		expect((await run(['start', id])).out).toBe(`${id}\n`);
		expect(
			(
				await run([
					'inspect',
					'--format',
					'{{.HostConfig.Memory}} {{.State.Status}} {{.Config.Hostname}}',
					id,
				])
			).out,
		).toBe(`${15 << 20} running ${id.slice(0, 12)}\n`);
		expect((await run(['inspect', '-f', '{{.GraphDriver.Data.MergedDir}}', id])).out).toBe(
			`${engine.container(id).overlay.merged}\n`,
		);
		expect((await run(['rm', id])).code).toBe(1);
		expect((await run(['rm', '-f', id])).out).toBe(`${id}\n`);
		expect(await run(['inspect', id])).toMatchObject({
			code: 1,
			out: '[]\n',
			err: `Error: No such object: ${id}\n`,
		});
	});
	it('completes verbs, flags, names and images', async () => {
		const { run } = await running();
		await run(['run', '-d', '--name', 'web', 'web:1']);
		expect((await run(['__complete', 'st'])).out).toBe(
			'start\tStart one or more stopped containers\n' +
				'stats\tDisplay a live stream of container(s) resource usage statistics\n' +
				'stop\tStop one or more running containers\n:4\n',
		);
		expect((await run(['__complete', 'exec', 'w'])).out).toBe('web\n:4\n');
		expect((await run(['__complete', 'run', '-d', 'bu'])).out).toBe('busybox:latest\n:4\n');
		expect((await run(['__complete', 'run', '--na'])).out).toBe(
			'--name\tName of the container\n:4\n',
		);
	});
	it('shows the help on stdout', async () => {
		const { run } = await running();
		const { code, out } = await run(['run', '--help']);
		expect(code).toBe(0);
		expect(out).toMatch(/^Usage: {2}docker run \[OPTIONS\] IMAGE \[COMMAND\] \[ARG\.\.\.\]\n\n/);
		expect(out).toMatch(/\n {2}-m, --memory bytes +Memory limit\n/);
		expect((await run([])).err).toBe((await run(['--help'])).out);
	});
	it('prunes only what is not used', async () => {
		const { run } = await running();
		await run(['run', '-d', '--name', 'web', 'web:1']);
		await run(['create', '--name', 'box', 'busybox']);
		const { out } = await run(['system', 'prune', '-af']);
		expect(out).toMatch(
			/^Deleted Containers:\n[0-9a-f]{64}\n\nDeleted Images:\nuntagged: busybox:latest\n/,
		);
		expect((await run(['images', '--format', '{{.Repository}}:{{.Tag}}'])).out).toBe('web:1\n');
	});
});
