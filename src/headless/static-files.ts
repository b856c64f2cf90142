import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

const types: Record<string, string> = {
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8',
	'.mjs': 'text/javascript; charset=utf-8',
	'.css': 'text/css; charset=utf-8',
	'.json': 'application/json; charset=utf-8',
	'.svg': 'image/svg+xml',
	'.wasm': 'application/wasm',
	'.txt': 'text/plain; charset=utf-8',
	'.log': 'text/plain; charset=utf-8',
};

/** Serves a folder on loopback, with no special header: what any static host would do. */
export function serveFiles(folder: string, port: number): Promise<Server> {
	const server = createServer((request, response) => void answer(folder, request, response));
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => resolve(server));
	});
}

async function answer(folder: string, from: IncomingMessage, to: ServerResponse): Promise<void> {
	const file = await find(folder, from.url ?? '/');
	if (!file || (from.method !== 'GET' && from.method !== 'HEAD')) {
		to.writeHead(file ? 405 : 404, { 'content-type': 'text/plain' });
		to.end(file ? 'only GET and HEAD\n' : 'not found\n');
		return;
	}
	to.writeHead(200, {
		'content-type': types[extname(file.path)] ?? 'application/octet-stream',
		'content-length': file.size,
	});
	if (from.method === 'HEAD') to.end();
	else createReadStream(file.path).pipe(to);
}

/** The file of a request; nothing outside the folder can be named. */
async function find(
	folder: string,
	url: string,
): Promise<{ path: string; size: number } | undefined> {
	let name: string;
	try {
		name = decodeURIComponent(new URL(url, 'http://localhost').pathname);
	} catch {
		return undefined;
	}
	let path = normalize(join(folder, name));
	if (!path.startsWith(normalize(folder + sep))) return undefined;
	if (name.endsWith('/')) path = join(path, 'index.html');
	const found = await stat(path).catch(() => undefined);
	return found?.isFile() ? { path, size: found.size } : undefined;
}
