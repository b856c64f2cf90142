import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder `images/` of this project. */
export const imagesFolder = dirname(dirname(fileURLToPath(import.meta.url)));

/** The project's root. */
export const projectFolder = join(imagesFolder, '..');
