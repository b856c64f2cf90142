import { describe, expect, it } from 'vitest';
import { engineBench } from '../../../test/unit/engine-bench.ts';

const bench = engineBench();
const noDaemon = (host: string) =>
	`Cannot connect to the Docker daemon at ${host}. Is the docker daemon running?\n`;
const unresolved = 'Failed to initialize: unable to resolve docker endpoint: ';

interface Case {
	words: string[];
	env?: Record<string, string>;
	err?: string;
	code?: number;
}

describe('what stands before a command', () => {
	it.each<Case>([
		{ words: ['-H', 'unix:///var/run/docker.sock', 'ps', '-q'] },
		{ words: ['-H', 'unix://', 'ps', '-q'] },
		{ words: ['--host=', 'ps', '-q'] },
		{ words: ['--context', 'default', '-D', '--log-level', 'debug', 'ps', '-q'] },
		{ words: ['--config', '/x', '--', 'ps', '-q'] },
		{ words: ['ps', '-q'], env: { DOCKER_HOST: 'unix:///run/docker.sock' } },
		{ words: ['ps', '-q'], env: { DOCKER_CONTEXT: 'default' } },
		{ words: ['-H', 'tcp://1.2.3.4:5', 'ps'], err: noDaemon('tcp://1.2.3.4:5'), code: 1 },
		{ words: ['-H', '1.2.3.4', 'ps'], err: noDaemon('tcp://1.2.3.4:2375'), code: 1 },
		{ words: ['-H', 'tcp://', 'ps'], err: noDaemon('tcp://localhost:2375'), code: 1 },
		{ words: ['-H', 'unix:///nope', 'ps'], err: noDaemon('unix:///nope'), code: 1 },
		{ words: ['ps'], env: { DOCKER_HOST: 'tcp://h:1' }, err: noDaemon('tcp://h:1'), code: 1 },
		{
			words: ['-H', 'tcp://h:1', 'run', 'x'],
			err: `docker: ${noDaemon('tcp://h:1')}\nRun 'docker run --help' for more information\n`,
			code: 125,
		},
		{ words: ['-H', 'a', '-H', 'b', 'ps'], err: `${unresolved}Specify only one -H\n`, code: 1 },
		{
			words: ['ps'],
			env: { DOCKER_HOST: 'bogus://x' },
			err: `${unresolved}invalid bind address format: bogus://x\n`,
			code: 1,
		},
		{
			words: ['--context', 'foo', 'ps'],
			err: `${unresolved}context "foo": context not found\n`,
			code: 1,
		},
		{
			words: ['ps'],
			env: { DOCKER_CONTEXT: 'foo' },
			err: `${unresolved}context "foo": context not found\n`,
			code: 1,
		},
		{
			words: ['-H', 'tcp://h:1', '--context', 'x', 'ps'],
			err: 'conflicting options: cannot specify both --host and --context\n',
			code: 1,
		},
		{ words: ['-l', 'bogus', 'ps'], err: 'Unable to parse logging level: bogus\n', code: 1 },
		{
			words: ['--foo', 'ps'],
			err: "unknown flag: --foo\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n\nRun 'docker --help' for more information\n",
			code: 125,
		},
		{
			words: ['-H'],
			err: "flag needs an argument: 'H' in -H\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n\nRun 'docker --help' for more information\n",
			code: 125,
		},
		{
			words: ['image', '--foo'],
			err: "unknown flag: --foo\n\nUsage:  docker image\n\nRun 'docker image --help' for more information\n",
			code: 125,
		},
		{ words: ['help', 'foo'], err: 'unknown help topic: foo\n', code: 1 },
	])('$words $env', async ({ words, env = {}, err = '', code = 0 }) => {
		expect(await (await bench).run(words, { env })).toEqual({ out: '', err, code });
	});

	it('shows what the client knows where no daemon answers', async () => {
		const { run } = await bench;
		const info = await run(['-H', 'tcp://h:1', '-D', 'info']);
		expect(info.out).toMatch(/^Client: Drydock\n(.*\n)* Debug Mode: true\n\nServer:\n$/);
		expect(info).toMatchObject({ err: noDaemon('tcp://h:1'), code: 1 });
		const version = await run(['version', '-f', '{{json .Server}}'], {
			env: { DOCKER_HOST: 'tcp://h:1' },
		});
		expect(version).toEqual({ out: 'null\n', err: noDaemon('tcp://h:1'), code: 1 });
	});

	it('has one context', async () => {
		const { run } = await bench;
		expect((await run(['context', 'ls'])).out).toBe(
			'NAME        DESCRIPTION                               DOCKER ENDPOINT               ERROR\n' +
				'default *   Current DOCKER_HOST based configuration   unix:///var/run/docker.sock   \n',
		);
		expect((await run(['context', 'ls', '--format', 'json'])).out).toBe(
			'{"Current":true,"Description":"Current DOCKER_HOST based configuration","DockerEndpoint":"unix:///var/run/docker.sock","Error":"","Name":"default"}\n',
		);
		const env = { DOCKER_HOST: 'tcp://h:1' };
		expect((await run(['context', 'show'], { env })).out).toBe('default\n');
		expect(
			(await run(['context', 'inspect', '-f', '{{.Endpoints.docker.Host}}'], { env })).out,
		).toBe('tcp://h:1\n');
		expect(await run(['context', 'use', 'foo'])).toMatchObject({
			err: 'context "foo": context not found\n',
			code: 1,
		});
		expect((await run(['context', 'create', 'foo'])).err).toMatch(/not offered/);
	});

	it('still takes what is deprecated, and says so', async () => {
		const { run } = await bench;
		expect((await run(['ps', '-h'])).out).toMatch(
			/^Flag shorthand -h has been deprecated, use --help\nUsage: {2}docker ps/,
		);
		expect(await run(['stop', '--time', '1', 'nope'])).toEqual({
			out: 'Flag --time has been deprecated, use --timeout instead\n',
			err: 'Error response from daemon: No such container: nope\n',
			code: 1,
		});
	});
});
