// Serves dist/ until it is interrupted: the second half of `npm start`.
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { serveFiles } from '../src/headless/static-files.ts';

const host = process.env['HOST'] ?? '127.0.0.1';
const server = await serveFiles(
	fileURLToPath(new URL('../dist/', import.meta.url)),
	Number(process.env['PORT'] ?? 4173),
	host,
);
const { port } = server.address() as AddressInfo;
const name = host === '127.0.0.1' || host === '0.0.0.0' ? 'localhost' : host;
console.log(`\ndrydock: open http://${name}:${port}/  (Ctrl-C stops)\n`);
