import { describe, expect, it } from 'vitest';
import { containerFlags, runFlags } from './container-flags.ts';
import { parseBytes, parseFlags } from './flags.ts';

const specs = [...containerFlags, ...runFlags];
const parse = (...words: string[]) => parseFlags(words, specs, false);

describe('parseFlags', () => {
	it('reads every way of writing a flag', () => {
		const { flags, args } = parse(
			'-it',
			'-m=15m',
			'-p8080:80',
			'--name',
			'x',
			'--rm=false',
			'-e',
			'A=1',
			'-eB=2',
			'ubuntu',
			'sh',
			'-c',
			'-x',
		);
		expect([flags.bool('interactive'), flags.bool('tty'), flags.bool('rm')]).toEqual([
			true,
			true,
			false,
		]);
		expect(flags.string('memory')).toBe('15m');
		expect(flags.list('publish')).toEqual(['8080:80']);
		expect(flags.list('env')).toEqual(['A=1', 'B=2']);
		expect(args).toEqual(['ubuntu', 'sh', '-c', '-x']);
	});
	it.each([
		[['--foo'], 'unknown flag: --foo'],
		[['-z'], "unknown shorthand flag: 'z' in -z"],
		[['-itz'], "unknown shorthand flag: 'z' in -itz"],
		[['--name'], 'flag needs an argument: --name'],
		[['-v'], "flag needs an argument: 'v' in -v"],
		[['-m', 'abc'], `invalid argument "abc" for "-m, --memory" flag: invalid size: 'abc'`],
		[
			['-d=foo'],
			'invalid argument "foo" for "-d, --detach" flag: strconv.ParseBool: parsing "foo": invalid syntax',
		],
	])('refuses %j as docker does', (words, message) => {
		expect(() => parse(...words)).toThrow(message);
	});
	it('reads sizes', () => {
		expect(['15m', '1g', '512', '1.5k', '64MB', '2GiB'].map(parseBytes)).toEqual([
			15 << 20,
			1 << 30,
			512,
			1536,
			64 << 20,
			2 ** 31,
		]);
	});
});
