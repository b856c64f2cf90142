// Serves dist/ on the port it is given, until it is interrupted: the second half of `npm start`.
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { serveFiles } from '../src/headless/static-files.ts';

const host = process.env['HOST'] ?? '127.0.0.1';
const folder = fileURLToPath(new URL('../dist/', import.meta.url));
const server = await serveFiles(folder, Number(process.argv[2]), host).catch((error: Error) => {
	console.error(`drydock: ${error.message}`);
	process.exit(1);
});
const { port } = server.address() as AddressInfo;
const name = host === '127.0.0.1' || host === '0.0.0.0' ? 'localhost' : host;
console.log(`\ndrydock: open http://${name}:${port}/  (Ctrl-C stops)\n`);
