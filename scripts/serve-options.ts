// Reads the options of `npm run serve` and prints what is to be said of them.
import { failWith, readOptions, usage } from '../src/headless/options.ts';

try {
	if (!readOptions(process.argv.slice(2))) process.stdout.write(usage);
} catch (error) {
	failWith(error);
}
