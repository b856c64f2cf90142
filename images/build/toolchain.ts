import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cached } from './cache.ts';
import type { Debian } from './debian.ts';
import { keyOf } from './hash.ts';
import { run } from './run.ts';

const specsVersion = '3';

export interface Toolchain {
	/** A C compiler that makes small static i386 programs with musl. */
	readonly compiler: string;
	readonly key: string;
}

/**
 * This machine's gcc with Debian's musl for i386: glibc's static programs are some 700 kB, musl's 15.
 * The kernel's headers are this machine's (they are the same for both word sizes).
 */
export async function muslToolchain(debian: Debian): Promise<Toolchain> {
	const { version } = debian.package('musl-dev');
	const key = keyOf([version, specsVersion]);
	const folder = await cached(`musl-${key}`, async (target) => {
		for (const [path, entry] of (await debian.contents('musl-dev')).sorted()) {
			if (entry.data === undefined || !/^usr\/(include|lib)\//.test(path)) continue;
			const file = join(target, path);
			await mkdir(dirname(file), { recursive: true });
			await writeFile(file, entry.data);
		}
		const script = join(target, 'cc');
		await writeFile(script, compilerScript);
		await chmod(script, 0o755);
	});
	return { compiler: join(folder, 'cc'), key };
}

const compilerScript = `#!/bin/sh
# gcc for static i386 programs with musl
here=$(dirname "$0")
lib=$here/usr/lib/i386-linux-musl
flags="-m32 -march=pentium4 -mfpmath=sse -fno-pie -fno-stack-protector -U_FORTIFY_SOURCE -nostdinc
-isystem $here/usr/include/i386-linux-musl -isystem $(gcc -print-file-name=include)
-idirafter /usr/include -idirafter /usr/include/x86_64-linux-gnu"
case " $* " in
*" -c "*|*" -E "*|*" -S "*|*" -M "*|*" -MM "*) exec gcc $flags "$@" ;;
esac
exec gcc $flags -static -no-pie -nostdlib -L"$lib" "$lib/crt1.o" "$lib/crti.o" "$@" \\
	-Wl,--start-group -lc -lgcc -Wl,--end-group "$lib/crtn.o"
`;

/** Compiles one C file of ours to a static program. */
export async function compileStatic(
	toolchain: Toolchain,
	source: string,
	output: string,
): Promise<void> {
	const strict = ['-std=gnu11', '-Wall', '-Wextra', '-Werror'];
	const small = ['-Os', '-s', '-ffunction-sections', '-Wl,--gc-sections', '-Wl,--build-id=none'];
	await run(toolchain.compiler, [...strict, ...small, '-o', output, source]);
}
