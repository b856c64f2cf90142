import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached } from './cache.ts';
import type { Compiled, Debian } from './debian.ts';
import { keyOf } from './hash.ts';
import { run } from './run.ts';
import type { Toolchain } from './toolchain.ts';

const without = [
	'ssl',
	'libpsl',
	'libidn2',
	'nghttp2',
	'brotli',
	'zstd',
	'zlib',
	'librtmp',
	'libssh2',
	'libgsasl',
];

const disabled = [
	...['shared', 'ldap', 'ldaps', 'rtsp', 'dict', 'telnet', 'tftp', 'pop3', 'imap', 'smb', 'smtp'],
	...['gopher', 'mqtt', 'manual', 'ntlm', 'threaded-resolver', 'ares'],
	...[
		'alt-svc',
		'hsts',
		'tls-srp',
		'crypto-auth',
		'libcurl-option',
		'werror',
		'debug',
		'dnsshuffle',
	],
];

/**
 * curl from Debian's source, for HTTP and FTP without TLS, as one static program. Debian's own binary brings
 * 27 libraries (16 MB, Kerberos and LDAP among them), which every node would hold in memory.
 */
export async function buildCurl(debian: Debian, toolchain: Toolchain): Promise<Compiled> {
	const source = await debian.source('curl');
	const key = keyOf([source.version, toolchain.key, ...without, ...disabled]);
	const folder = await cached(`curl-${key}`, async (target) => {
		const tree = await mkdtemp(join(tmpdir(), 'drydock-curl-'));
		try {
			await compile(tree, source.file, toolchain);
			await copyFile(join(tree, 'src/curl'), join(target, 'curl'));
		} finally {
			await rm(tree, { recursive: true, force: true });
		}
	});
	return { file: join(folder, 'curl'), version: source.version };
}

async function compile(tree: string, tarball: string, toolchain: Toolchain): Promise<void> {
	await run('tar', ['-xf', tarball, '-C', tree, '--strip-components=1']);
	const options = [
		'--host=i686-linux-musl',
		...without.map((name) => `--without-${name}`),
		...disabled.map((name) => `--disable-${name}`),
		'--enable-unix-sockets',
		`CC=${toolchain.compiler}`,
		'CFLAGS=-Os -ffunction-sections -fdata-sections',
		'LDFLAGS=-s -Wl,--gc-sections -Wl,--build-id=none',
	];
	await run('./configure', options, { cwd: tree });
	await run('make', [`-j${cpus().length}`, '-C', 'lib'], { cwd: tree });
	await run('make', [`-j${cpus().length}`, '-C', 'src'], { cwd: tree });
}
