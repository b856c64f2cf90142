// npm run release [-- --out FOLDER]: the built site as one zip and its digest, for hosts where nothing is built.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { fail, root, run, runTs, setUp } from './setup.mjs';

try {
	const { values } = parseArgs({ options: { out: { type: 'string', default: 'release' } } });
	const out = resolve(values.out);
	const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
	const name = `drydock-${version}`;
	const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
	if (git('status', '--porcelain') !== '')
		throw new Error(
			'there are changes that are not committed: the sources in the zip would lack them',
		);
	const images = await setUp();
	await run(process.execPath, ['wasm/check.mjs']);
	// The sources lie beside the page that is made of them, unless they have an address.
	const sources = process.env.DRYDOCK_SOURCES ?? `${name}-source.tar.gz`;
	await run('npx', ['vite', 'build', '--logLevel', 'warn'], {
		env: { ...process.env, DRYDOCK_IMAGES_FOLDER: images, DRYDOCK_SOURCES: sources },
	});
	mkdirSync(out, { recursive: true });
	if (!/^https?:/.test(sources))
		git('archive', `--prefix=${name}-source/`, '-o', `dist/${sources}`, 'HEAD');
	await runTs('scripts/pack-site.ts', ['dist', `${out}/${name}.zip`]);
} catch (error) {
	fail(error);
}
