import { describe, expect, it } from 'vitest';
import { engineBench } from '../../../test/unit/engine-bench.ts';
import { commonVerbs, groups, otherVerbs } from './commands.ts';

/** A bench with the images, `web` running with a port, and `old` that was made and never started. */
async function prepared() {
	const bench = await engineBench();
	bench.agent.program = () => undefined;
	await bench.run(['pull', '-q', 'busybox']);
	await bench.run(['pull', '-q', 'web:1']);
	await bench.run(['run', '-d', '--name', 'web', '-p', '8080:80', 'web:1']);
	await bench.run(['create', '--name', 'old', 'busybox']);
	return bench;
}
const bench = prepared();
const daemon = (text: string) => `Error response from daemon: ${text}\n`;
const gone = (name: string) => daemon(`No such container: ${name}`);
const usage = (verb: string, rest: string) =>
	`\n\nUsage:  docker ${verb}${rest}\n\nRun 'docker ${verb} --help' for more information\n`;
const runUsage = usage('run', ' [OPTIONS] IMAGE [COMMAND] [ARG...]');
const runHelp = "\n\nRun 'docker run --help' for more information\n";
const wrongValue = (flag: string, value: string, why: string) =>
	`invalid argument "${value}" for "${flag}" flag: ${why}${runUsage}`;

async function told(line: string) {
	return (await bench).run(line.split(' '));
}

/** Texts and codes of docker 28.2's own client. */
describe('what docker says', () => {
	it.each([
		['rm nope', 1, '', gone('nope')],
		['rm -f nope', 0, '', gone('nope')],
		['rm nope nope2', 1, '', gone('nope') + gone('nope2')],
		['rmi nope', 1, '', daemon('No such image: nope:latest')],
		['rmi -f nope', 0, '', daemon('No such image: nope:latest')],
		['start nope', 1, '', `${gone('nope')}Error: failed to start containers: nope\n`],
		['start nope web', 1, 'web\n', `${gone('nope')}Error: failed to start containers: nope\n`],
		['start -a nope', 1, '', gone('nope')],
		['start -a a b', 1, '', 'you cannot start and attach multiple containers at once\n'],
		...['stop', 'kill', 'restart', 'pause', 'unpause', 'wait'].map(
			(verb): [string, number, string, string] => [
				`${verb} nope nope2`,
				1,
				'',
				gone('nope') + gone('nope2'),
			],
		),
		['rename nope x', 1, '', `${gone('nope')}Error: failed to rename container named nope\n`],
		['rename nope ', 1, '', 'Error: Neither old nor new names may be empty\n'],
		['logs nope', 1, '', gone('nope')],
		['attach nope', 1, '', gone('nope')],
		['attach old', 1, '', 'cannot attach to a stopped container, start it first\n'],
		['exec nope ls', 1, '', gone('nope')],
		['exec -it web ls', 1, '', 'the input device is not a TTY\n'],
		['top nope', 1, '', gone('nope')],
		['port nope', 1, '', gone('nope')],
		['port web', 0, '80/tcp -> 0.0.0.0:8080\n', ''],
		['port web 80', 0, '0.0.0.0:8080\n', ''],
		['port web 443', 1, '', "Error: No public port '443' published for web\n"],
		['port web 80/udp', 1, '', "Error: No public port '80/udp' published for web\n"],
		[
			'port web x',
			1,
			'',
			'Error: invalid port (x): strconv.ParseUint: parsing "x": invalid syntax\n',
		],
		['stats nope --no-stream', 1, '', gone('nope')],
		['cp a:/x b:/y', 1, '', 'copying between containers is not supported\n'],
		['cp x y', 1, '', 'must specify at least one container source\n'],
		['inspect nope', 1, '[]\n', 'Error: No such object: nope\n'],
		['inspect -f json nope', 1, '[]\n', 'Error: No such object: nope\n'],
		['inspect -f {{.Id}} nope', 1, '\n', 'Error: No such object: nope\n'],
		[
			'inspect -f {{.Nope}} web',
			1,
			'\n',
			'template parsing error: template: :1:2: executing "" at <.Nope>: map has no entry for key "Nope"\n',
		],
		['inspect -f {{.Id web', 64, '', 'template parsing error: template: :1: unclosed action\n'],
		[
			'inspect -f {{foo}} web',
			64,
			'',
			'template parsing error: template: :1: function "foo" not defined\n',
		],
		['container inspect nope', 1, '[]\n', gone('nope')],
		['inspect --type container nope', 1, '[]\n', gone('nope')],
		['image inspect nope', 1, '[]\n', daemon('No such image: nope:latest')],
		[
			'tag nope UPPER',
			1,
			'',
			'Error parsing reference: "UPPER" is not a valid repository/tag: invalid reference format: repository name (library/UPPER) must be lowercase\n',
		],
		[
			'tag web:1 a:b:c',
			1,
			'',
			'Error parsing reference: "a:b:c" is not a valid repository/tag: invalid reference format\n',
		],
		[
			'tag web:1 -x',
			125,
			'',
			`unknown shorthand flag: 'x' in -x${usage('tag', ' SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]')}`,
		],
		[
			'pull UPPER',
			1,
			'',
			'invalid reference format: repository name (library/UPPER) must be lowercase\n',
		],
		['history nope', 1, '', daemon('No such image: nope:latest')],
		['ps -f foo=bar', 1, '', daemon("invalid filter 'foo'")],
		['images -f foo=bar', 1, '', daemon("invalid filter 'foo'")],
		['volume ls -f foo=bar', 1, '', daemon("invalid filter 'foo'")],
		['network ls -f foo=bar', 1, '', daemon("invalid filter 'foo'")],
		['images -f dangling=x', 1, '', daemon("invalid filter 'dangling=x'")],
		['network ls -f type=x', 1, '', daemon("invalid filter 'type=x'")],
		['ps -f before=nope', 1, '', gone('nope')],
		[
			'ps -f status=stopped',
			1,
			'',
			daemon(
				"invalid filter 'status=stopped': invalid value for state (stopped): must be one of created, running, paused, restarting, removing, exited, dead",
			),
		],
		[
			'ps -f foo',
			125,
			'',
			`invalid argument "foo" for "-f, --filter" flag: bad format of filter (expected name=value)${usage('ps', ' [OPTIONS]')}`,
		],
		[
			'ps --format {{.Nope}}',
			1,
			'',
			'failed to execute template: template: :1:2: executing "" at <.Nope>: can\'t evaluate field Nope in type *formatter.ContainerContext\n',
		],
		['ps --format {{.Foo', 1, '', 'failed to parse template: template: :1: unclosed action\n'],
		[
			'images --format {{.Nope}}',
			1,
			'',
			'template parsing error: template: :1:2: executing "" at <.Nope>: can\'t evaluate field Nope in type *formatter.imageContext\n',
		],
		['events --format {{.Foo', 64, '', 'Error parsing format: template: :1: unclosed action\n'],
		['events --since foo', 1, '', 'failed to parse value as time or duration: "foo"\n'],
		[
			'logs --since foo web',
			1,
			'',
			'invalid value for "since": failed to parse value as time or duration: "foo"\n',
		],
		[
			'version -f {{.Nope}}',
			1,
			'\n',
			'template: version:1:2: executing "version" at <.Nope>: can\'t evaluate field Nope in type system.versionInfo\n',
		],
		[
			'run nope',
			125,
			'',
			/^Unable to find image 'nope:latest' locally\ndocker: Error response from daemon: .*\n\nRun 'docker run --help' for more information\n$/,
		],
		[
			'run UPPER',
			125,
			'',
			`docker: invalid reference format: repository name (library/UPPER) must be lowercase${runHelp}`,
		],
		[
			'run --pull never nope',
			125,
			'',
			`docker: ${daemon('No such image: nope:latest').trimEnd()}${runHelp}`,
		],
		[
			'run -d -a stdout web:1',
			1,
			'',
			'conflicting options: cannot specify both --attach and --detach\n',
		],
		['run -it web:1', 1, '', 'the input device is not a TTY\n'],
		[
			'run --rm --restart always web:1',
			125,
			'',
			`docker: conflicting options: cannot specify both --restart and --rm${runHelp}`,
		],
		[
			'run -v :/x web:1',
			125,
			'',
			`docker: invalid spec: :/x: empty section between colons${runHelp}`,
		],
		[
			'run -v a:/b:bogus web:1',
			125,
			'',
			`docker: Error response from daemon: invalid mode: bogus${runHelp}`,
		],
		[
			'run -v a:/b:copy web:1',
			125,
			'',
			`docker: Error response from daemon: invalid mode: copy${runHelp}`,
		],
		[
			'run -v a:b:c:d web:1',
			125,
			'',
			`docker: Error response from daemon: invalid volume specification: 'a:b:c:d'${runHelp}`,
		],
		[
			'run -v /a:b web:1',
			125,
			'',
			`docker: Error response from daemon: invalid volume specification: '/a:b': invalid mount config for type "bind": invalid mount path: 'b' mount path must be absolute${runHelp}`,
		],
		[
			'run -v a:/ web:1',
			125,
			'',
			`docker: Error response from daemon: invalid volume specification: 'a:/': invalid mount config for type "volume": invalid specification: destination can't be '/'${runHelp}`,
		],
		[
			'run --mount source=a web:1',
			125,
			'',
			wrongValue('--mount', 'source=a', 'target is required'),
		],
		[
			'run --mount foo web:1',
			125,
			'',
			wrongValue('--mount', 'foo', "invalid field 'foo' must be a key=value pair"),
		],
		[
			'run --mount target=/x,foo=1 web:1',
			125,
			'',
			wrongValue('--mount', 'target=/x,foo=1', "unexpected key 'foo' in 'foo=1'"),
		],
		[
			'run --mount type=bind,source=/nope,target=/x web:1',
			125,
			'',
			`docker: Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /nope${runHelp}`,
		],
		['run -p x web:1', 125, '', `docker: invalid containerPort: x${runHelp}`],
		['run -p 99999:80 web:1', 125, '', `docker: invalid hostPort: 99999${runHelp}`],
		['run -p 80:80:80:80 web:1', 125, '', `docker: invalid IP address: 80:80${runHelp}`],
		['run -p 80/foo web:1', 125, '', `docker: invalid proto: foo${runHelp}`],
		[
			'run --expose x web:1',
			125,
			'',
			`docker: invalid range format for --expose: x, error: strconv.ParseUint: parsing "x": invalid syntax${runHelp}`,
		],
		[
			'run --env-file /nope web:1',
			125,
			'',
			`docker: open /nope: no such file or directory${runHelp}`,
		],
		[
			'run --label-file /nope web:1',
			125,
			'',
			`docker: open /nope: no such file or directory${runHelp}`,
		],
		['run -m x web:1', 125, '', wrongValue('-m, --memory', 'x', "invalid size: 'x'")],
		['run -m 1x web:1', 125, '', wrongValue('-m, --memory', '1x', "invalid suffix: 'x'")],
		[
			'run --cpus x web:1',
			125,
			'',
			wrongValue('--cpus', 'x', 'failed to parse x as a rational number'),
		],
		[
			'run --add-host x web:1',
			125,
			'',
			wrongValue('--add-host', 'x', 'bad format for add-host: "x"'),
		],
		[
			'run --add-host x:bad web:1',
			125,
			'',
			wrongValue('--add-host', 'x:bad', 'invalid IP address in add-host: "bad"'),
		],
		[
			'run --dns bad web:1',
			125,
			'',
			wrongValue('--dns', 'bad', 'IP address is not correctly formatted: bad'),
		],
		['run --sysctl x web:1', 125, '', wrongValue('--sysctl', 'x', "sysctl 'x' is not allowed")],
		[
			'run -a foo web:1',
			125,
			'',
			wrongValue('-a, --attach', 'foo', 'valid streams are STDIN, STDOUT and STDERR'),
		],
		['run --network= web:1', 125, '', `docker: no name set for network${runHelp}`],
		[
			'run --network nope web:1',
			125,
			'',
			`docker: Error response from daemon: network nope not found${runHelp}`,
		],
		['run --security-opt foo web:1', 125, '', `docker: Invalid --security-opt: "foo"${runHelp}`],
		[
			'run --pull bogus web:1',
			125,
			'',
			`docker: invalid pull option: 'bogus': must be one of "always", "missing" or "never"${runHelp}`,
		],
		['run --detach-keys bogus web:1', 1, '', daemon('invalid detach keys (bogus) provided')],
		['run --foo web:1', 125, '', `unknown flag: --foo${runUsage}`],
		['run -Z web:1', 125, '', `unknown shorthand flag: 'Z' in -Z${runUsage}`],
		[
			'create --name web busybox',
			1,
			'',
			/^Error response from daemon: Conflict\. The container name "\/web" is already in use by container "[0-9a-f]{64}"\. You have to remove \(or rename\) that container to be able to reuse that name\.\n$/,
		],
		[
			'create -p x busybox',
			125,
			'',
			"docker: invalid containerPort: x\n\nRun 'docker create --help' for more information\n",
		],
	] as [string, number, string, string | RegExp][])('to %s', async (line, code, out, err) => {
		const ran = await told(line);
		if (err instanceof RegExp) expect(ran.err).toMatch(err);
		else expect(ran.err).toBe(err);
		expect(ran).toMatchObject({ code, out });
	});
});

/** The flags of docker 28.2 as its help lists them. */
const upstream: Record<string, string> = {
	attach: 'detach-keys no-stdin sig-proxy',
	cp: 'archive follow-link quiet',
	create:
		'add-host annotation attach blkio-weight blkio-weight-device cap-add cap-drop cgroup-parent cgroupns cidfile cpu-count cpu-percent cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpu-shares cpus cpuset-cpus cpuset-mems device device-cgroup-rule device-read-bps device-read-iops device-write-bps device-write-iops disable-content-trust dns dns-option dns-search domainname entrypoint env env-file expose gpus group-add health-cmd health-interval health-retries health-start-interval health-start-period health-timeout hostname init interactive io-maxbandwidth io-maxiops ip ip6 ipc isolation kernel-memory label label-file link link-local-ip log-driver log-opt mac-address memory memory-reservation memory-swap memory-swappiness mount name network network-alias no-healthcheck oom-kill-disable oom-score-adj pid pids-limit platform privileged publish publish-all pull quiet read-only restart rm runtime security-opt shm-size stop-signal stop-timeout storage-opt sysctl tmpfs tty ulimit use-api-socket user userns uts volume volume-driver volumes-from workdir',
	events: 'filter format since until',
	exec: 'detach detach-keys env env-file interactive privileged tty user workdir',
	history: 'format human no-trunc platform quiet',
	images: 'all digests filter format no-trunc quiet tree',
	info: 'format',
	inspect: 'format size type',
	kill: 'signal',
	logs: 'details follow since tail timestamps until',
	ps: 'all filter format last latest no-trunc quiet size',
	pull: 'all-tags disable-content-trust platform quiet',
	restart: 'signal timeout',
	rm: 'force link volumes',
	rmi: 'force no-prune platform',
	start: 'attach checkpoint checkpoint-dir detach-keys interactive',
	stats: 'all format no-stream no-trunc',
	stop: 'signal timeout',
	version: 'format',
	'container inspect': 'format size',
	'container prune': 'filter force',
	'image inspect': 'format platform',
	'image prune': 'all filter force',
	'network inspect': 'format verbose',
	'network ls': 'filter format no-trunc quiet',
	'system prune': 'all filter force volumes',
	'volume create':
		'availability driver group label limit-bytes opt required-bytes scope secret sharing topology-preferred topology-required type',
	'volume inspect': 'format',
	'volume ls': 'cluster filter format quiet',
	'volume prune': 'all filter force',
	'volume rm': 'force',
};
upstream['run'] = `${upstream['create']} detach detach-keys sig-proxy`;

function flagsOf(path: string): string[] {
	const [first, second] = path.split(' ');
	const group = groups.find((each) => each.name === first);
	const verbs = group ? group.verbs : [...commonVerbs, ...otherVerbs];
	const verb = verbs.find((each) => each.name === (group ? second : first));
	return verb?.flags.map((flag) => flag.name) ?? [];
}

describe('docker’s flags', () => {
	it.each(Object.entries(upstream))('of %s are all known', (path, names) => {
		const known = flagsOf(path);
		expect(names.split(' ').filter((name) => !known.includes(name))).toEqual([]);
	});
	it.each([
		['run --gpus all web:1', '--gpus'],
		['run --log-driver syslog web:1', '--log-driver=syslog'],
		['run --oom-kill-disable web:1', '--oom-kill-disable'],
		['create --health-cmd true web:1', '--health-cmd'],
		['images --tree', '--tree'],
		['rm -l web', '--link'],
		['pull -a web', '--all-tags'],
		['start --checkpoint c web', '--checkpoint'],
	])('are told when they do nothing here: %s', async (line, flag) => {
		expect(await told(line)).toEqual({
			code: 125,
			out: '',
			err: `docker: the flag '${flag}' is not offered by this engine\n`,
		});
	});
	it('are taken with a value that asks for nothing', async () => {
		const line =
			'create --name plain --log-driver json-file --ipc private --platform linux/386 --cgroupns private --no-healthcheck --disable-content-trust=false busybox';
		expect(await told(line)).toMatchObject({ code: 0, err: '' });
	});
});

describe('names that objects have by birth', () => {
	it('are labels and variables like others', async () => {
		const { run, engine } = await bench;
		await run(['create', '--name', 'odd', '-l', '__proto__=p', '-l', 'constructor=c', 'busybox']);
		expect(JSON.stringify(engine.container('odd').config.labels)).toBe(
			'{"__proto__":"p","constructor":"c"}',
		);
		const list = (...words: string[]) => run(['ps', '-a', '--format', '{{.Names}}', ...words]);
		expect((await list('-f', 'label=__proto__=p')).out).toBe('odd\n');
		expect((await list('-f', 'label=toString')).out).toBe('');
		const format = '{{.Label "constructor"}}|{{.Label "toString"}}|{{.Labels}}';
		expect((await run(['ps', '-a', '-f', 'name=odd', '--format', format])).out).toBe(
			'c||__proto__=p,constructor=c\n',
		);
		const inspected = '{{index .Config.Labels "__proto__"}} {{.Config.Labels.toString}}';
		expect((await run(['inspect', '-f', inspected, 'odd'])).out).toBe('p <no value>\n');
		const env = { constructor: 'x' };
		await run(['create', '--name', 'env', '-e', 'constructor', '-e', 'toString', 'busybox'], {
			env,
		});
		expect(engine.container('env').config.env).toEqual(['constructor=x', 'toString']);
	});
});

describe('a filter with signs of its own', () => {
	it('is looked for in linear time, as Go does', async () => {
		const { run } = await bench;
		const names = async (value: string) =>
			(await run(['ps', '-a', '-f', `name=${value}`, '--format', '{{.Names}}'])).out;
		await run(['create', '--name', 'a'.repeat(60), 'busybox']);
		const before = performance.now();
		expect(await names('^(a+)+b$')).toBe('');
		expect(performance.now() - before).toBeLessThan(2000);
		expect(await names('^we.$')).toBe('web\n');
		expect(await names('^/web$')).toBe('web\n');
		expect(await names('eb')).toBe('web\n');
		expect(await names('(')).toBe('');
	});
});
