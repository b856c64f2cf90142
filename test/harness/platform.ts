import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import type { ScormVersion } from '../../src/ui/embed/scorm-package.ts';

export interface Served {
	url: string;
	close(): void;
}

/** Answers on loopback, under another name than the site: another origin. */
export function serve(
	handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Served> {
	const server: Server = createServer(handle);
	return new Promise((resolve) =>
		server.listen(0, '127.0.0.1', () => {
			const { port } = server.address() as AddressInfo;
			resolve({ url: `http://localhost:${port}`, close: () => server.close() });
		}),
	);
}

const types: Record<string, string> = {
	html: 'text/html',
	js: 'text/javascript',
	css: 'text/css',
	json: 'application/json',
	wasm: 'application/wasm',
	gzip: 'application/gzip',
	gz: 'application/gzip',
};

const scormAgain = (script: string) =>
	readFileSync(
		fileURLToPath(new URL(`../../node_modules/scorm-again/dist/${script}`, import.meta.url)),
	);

/** A learning platform: its SCORM interface in the page around, the package's files below `/package/`. */
export function platform(version: ScormVersion, zip: Uint8Array): Promise<Served> {
	const files = unzipSync(zip);
	const [script, api, name] =
		version === '1.2'
			? ['scorm12.js', 'API', 'Scorm12API']
			: ['scorm2004.js', 'API_1484_11', 'Scorm2004API'];
	const page = `<!doctype html><title>platform</title><script src="/api.js"></script>
		<script>window.${api} = new ${name}({});</script>
		<iframe id="package" width="1200" height="760" src="/package/launch.html"></iframe>`;
	return serve((request, response) => {
		const path = (request.url ?? '/').replace(/\?.*/, '');
		if (path === '/') return void response.setHeader('content-type', 'text/html').end(page);
		if (path === '/api.js')
			return void response.setHeader('content-type', 'text/javascript').end(scormAgain(script));
		const file = files[path.replace('/package/', '')];
		if (!file) return void response.writeHead(404).end();
		const type = types[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
		response.setHeader('content-type', type).end(file);
	});
}
