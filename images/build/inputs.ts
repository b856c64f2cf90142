import { join } from 'node:path';
import { imagesFolder } from './folders.ts';
import { hashPath } from './hash.ts';

/** Files below `images/` that say something about the images but are not in them. */
export const notes = /(\.md|\.test\.ts)$/;

/** The hash of the build's own code: what it does is part of what comes out. */
export function scriptsHash(): Promise<string> {
	return hashPath(join(imagesFolder, 'build'), notes);
}
