// Where `npm start` serves the page.
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';

const usual = 4173;
/** How many ports after the usual one are tried. */
const neighbours = 20;

/**
 * The port that was asked for with `--port N` or PORT, or the first free one from the usual on. Fails before
 * anything is built when there is none.
 */
export async function sitePort(args, host) {
	const { values } = parseArgs({ args, options: { port: { type: 'string' } } });
	const asked = values.port ?? process.env.PORT;
	if (asked !== undefined) {
		const port = numbered(asked, values.port === undefined ? 'PORT' : '--port');
		if (port === 0 || (await isFree(port, host))) return port;
		throw new Error(
			`port ${port} is taken: name another, as in \`npm start -- --port ${port + 1}\``,
		);
	}
	for (let port = usual; port <= usual + neighbours; port++) {
		if (!(await isFree(port, host))) continue;
		if (port !== usual) console.error(`drydock: port ${usual} is taken, ${port} is free`);
		return port;
	}
	throw new Error(
		`ports ${usual} to ${usual + neighbours} are taken: name another, as in \`npm start -- --port 8080\``,
	);
}

function numbered(text, name) {
	if (/^\d+$/.test(text) && Number(text) <= 65535) return Number(text);
	throw new Error(`${name}: "${text}" is no port`);
}

/** Rejects when it is not a matter of the port: no such address, no right to listen below 1024. */
function isFree(port, host) {
	return new Promise((resolve, reject) => {
		const probe = createServer();
		probe.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
		probe.listen(port, host, () => probe.close(() => resolve(true)));
	});
}
