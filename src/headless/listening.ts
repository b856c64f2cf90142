import type { Server } from 'node:http';

/** Settles when the server listens, and says in words when it cannot. */
export function listening(server: Server, port: number, host: string): Promise<Server> {
	return new Promise((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) =>
			reject(error.code === 'EADDRINUSE' ? new Error(`port ${port} is taken`) : error),
		);
		server.listen(port, host, () => resolve(server));
	});
}
