// npm run soak -- [api|…] [--seed N] [--count N] [--seconds N]: sends what no good client sends, and looks what it broke.
import { fail, runTs } from './setup.mjs';

try {
	await runTs('test/soak/main.ts', process.argv.slice(2));
} catch (error) {
	fail(error);
}
