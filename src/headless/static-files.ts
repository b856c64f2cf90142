import { createServer, type Server } from 'node:http';
import sirv from 'sirv';

/** Serves a folder on loopback, with no special header: what any static host would do. */
export function serveFiles(folder: string, port: number): Promise<Server> {
	// `dev`: files are looked for when they are asked for, since a build may replace them meanwhile.
	const files = sirv(folder, { dev: true, etag: true });
	const server = createServer((request, response) =>
		files(request, response, () => {
			response.writeHead(404, { 'content-type': 'text/plain' });
			response.end('not found\n');
		}),
	);
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => resolve(server));
	});
}
