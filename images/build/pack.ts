import { join, resolve } from 'node:path';
import { ensureImages } from './main.ts';
import { checkFolder } from './manifest.ts';
import { run } from './run.ts';

/** Packs the built images into one archive, for machines that cannot build them (DRYDOCK_IMAGES). */
const { folder, hash } = await ensureImages();
await checkFolder(folder);
const file = resolve(`drydock-images-${hash}.tar`);
await run('tar', [
	...['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'],
	...['--transform', `s,^\\.,drydock-images-${hash},`, '-C', join(folder), '-cf', file, '.'],
]);
process.stdout.write(`${file}\nUnpack it and set DRYDOCK_IMAGES to the folder.\n`);
