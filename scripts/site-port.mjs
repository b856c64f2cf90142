// Where `npm start` serves the page.
import { createServer } from 'node:net';

/** PORT, or 4173. */
export function sitePort() {
	const text = process.env.PORT ?? '4173';
	if (/^\d+$/.test(text) && Number(text) <= 65535) return Number(text);
	throw new Error(`PORT: "${text}" is no port`);
}

/** Fails before anything is built when somebody else has the port. */
export function freePort(port, host) {
	return new Promise((resolve, reject) => {
		const probe = createServer();
		probe.once('error', (error) =>
			reject(
				error.code === 'EADDRINUSE'
					? new Error(`port ${port} is taken: name another with PORT`)
					: error,
			),
		);
		probe.listen(port, host, () => probe.close(resolve));
	});
}
