// The second half of `npm run release`: packs a built site, and writes the digest that `sha256sum -c` checks.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { zipSync, type Zippable } from 'fflate';

/** One time for every file, by the clock on the wall as zips have it: the same site makes the same zip. */
const mtime = new Date(2000, 0, 1);
/** What is packed already. */
const packed = /\.(?:zst|gz|gzip|tgz)$|(?:^|\/)registry\//;

const [folder = 'dist', zip = 'site.zip'] = process.argv.slice(2);
const name = basename(zip, '.zip');
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
	.filter((entry) => entry.isFile())
	.map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length))
	.map((path) => path.replaceAll('\\', '/'))
	.sort();
const entries: Zippable = {};
for (const path of files)
	entries[`${name}/${path}`] = [
		readFileSync(join(folder, path)),
		{ level: packed.test(path) ? 0 : 9, mtime },
	];
const bytes = zipSync(entries);
const digest = createHash('sha256').update(bytes).digest('hex');
writeFileSync(zip, bytes);
writeFileSync(`${zip}.sha256`, `${digest}  ${basename(zip)}\n`);
console.log(
	`${zip}: ${files.length} files, ${(bytes.length / 1e6).toFixed(1)} MB\nsha256 ${digest}`,
);
