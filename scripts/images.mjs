// npm run images: builds the guest images, or finds them built, and prints their folder.
import { fail, setUp } from './setup.mjs';

try {
	console.log(await setUp({ quiet: true }));
} catch (error) {
	fail(error);
}
