import { describe, expect, it } from 'vitest';
import { parseFlags, type Flag } from './flags.ts';

const flags: Flag[] = [
	{ name: 'namespace', short: 'n', type: 'string', usage: '' },
	{ name: 'stdin', short: 'i', type: 'bool', value: 'false', usage: '' },
	{ name: 'tty', short: 't', type: 'bool', value: 'false', usage: '' },
	{ name: 'replicas', type: 'int', value: '1', usage: '' },
	{ name: 'timeout', type: 'duration', value: '30s', usage: '' },
	{ name: 'filename', short: 'f', type: 'strings', usage: '' },
	{ name: 'env', short: 'e', type: 'array', usage: '' },
	{ name: 'dry-run', type: 'string', value: 'none', bare: 'unchanged', usage: '' },
];

const parse = (...args: string[]) => parseFlags(flags, args);

describe('parseFlags', () => {
	it.each([
		[['-n', 'foo']],
		[['-nfoo']],
		[['-n=foo']],
		[['--namespace', 'foo']],
		[['--namespace=foo']],
	])('reads a value from %j', (args) => {
		expect(parse(...args).text('namespace')).toBe('foo');
	});

	it('takes letters together and their last value', () => {
		const parsed = parse('-itn', 'foo', 'pod');
		expect([parsed.bool('stdin'), parsed.bool('tty'), parsed.text('namespace')]).toEqual([
			true,
			true,
			'foo',
		]);
		expect(parsed.args).toEqual(['pod']);
	});

	it('keeps what follows -- as arguments and remembers where it stood', () => {
		const parsed = parse('pod', '--', 'ls', '-n', 'x');
		expect(parsed.args).toEqual(['pod', 'ls', '-n', 'x']);
		expect(parsed.dash).toBe(1);
		expect(parsed.has('namespace')).toBe(false);
	});

	it('stops at the first argument when flags are not interspersed', () => {
		expect(parseFlags(flags, ['run', '-n', 'x'], { interspersed: false }).args).toEqual([
			'run',
			'-n',
			'x',
		]);
	});

	it('collects repeated flags; slices split at commas, arrays do not', () => {
		expect(parse('-f', 'a,b', '-f', 'c').list('filename')).toEqual(['a', 'b', 'c']);
		expect(parse('-e', 'A=1,2', '-e', 'B=3').list('env')).toEqual(['A=1,2', 'B=3']);
	});

	it('lets a flag with a bare value stand alone', () => {
		const parsed = parse('--dry-run', 'client');
		expect(parsed.text('dry-run')).toBe('unchanged');
		expect(parsed.args).toEqual(['client']);
	});

	it('gives defaults and numbers', () => {
		expect(parse().int('replicas')).toBe(1);
		expect(parse().duration('timeout')).toBe(30_000);
		expect(parse('--timeout=1m30s').duration('timeout')).toBe(90_000);
	});

	it.each([
		[['--foo'], 'unknown flag: --foo'],
		[['-iZ'], "unknown shorthand flag: 'Z' in -Z"],
		[['--namespace'], 'flag needs an argument: --namespace'],
		[['-n'], "flag needs an argument: 'n' in -n"],
		[
			['--replicas=x'],
			'invalid argument "x" for "--replicas" flag: strconv.ParseInt: parsing "x": invalid syntax',
		],
		[
			['--stdin=maybe'],
			'invalid argument "maybe" for "-i, --stdin" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
		],
		[
			['--timeout=5'],
			'invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"',
		],
	])('refuses %j as pflag does', (args, message) => {
		expect(() => parse(...args)).toThrow(message);
	});
});
