// Checks that the emulator's WebAssembly is the pinned one.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const pin = JSON.parse(readFileSync(join(here, 'pin.json'), 'utf8'));
const folder = join(here, '..', 'node_modules', pin.package);
const failures = [];

const [version] = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version.split('+');
if (version !== pin.version)
	failures.push(`${pin.package} is ${version}, pinned is ${pin.version}`);
for (const { file, sha256 } of pin.files) {
	const found = createHash('sha256')
		.update(readFileSync(join(folder, file)))
		.digest('hex');
	if (found !== sha256) failures.push(`${file} has the SHA-256 ${found}, pinned is ${sha256}`);
}
for (const failure of failures) process.stderr.write(`${failure}\n`);
process.exitCode = failures.length > 0 ? 1 : 0;
