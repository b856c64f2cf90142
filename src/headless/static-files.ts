import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sirv from 'sirv';
import { listening } from './listening.ts';

/**
 * Serves a folder as a static host would, down to its `404.html` and the `.gz` beside a file where there are such.
 * Everybody may ask, and every page may read what is answered, as a frame without an origin has to
 * (`sandbox="allow-scripts"`): nothing here is secret, and nothing can be changed.
 */
export function serveFiles(folder: string, port: number, host = '127.0.0.1'): Promise<Server> {
	// `dev`: files are looked for when they are asked for, since a build may replace them meanwhile.
	const files = sirv(folder, { dev: true, etag: true, gzip: true });
	const missing = async (): Promise<{ type: string; page: Buffer | string }> => {
		const page = await readFile(join(folder, '404.html')).catch(() => undefined);
		return page
			? { type: 'text/html; charset=utf-8', page }
			: { type: 'text/plain', page: 'not found\n' };
	};
	const server = createServer((request, response) => {
		response.setHeader('access-control-allow-origin', '*');
		files(request, response, () => {
			missing().then(
				({ type, page }) => response.writeHead(404, { 'content-type': type }).end(page),
				() => response.destroy(),
			);
		});
	});
	return listening(server, port, host);
}
