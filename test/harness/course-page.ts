import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';
import { serveFiles } from '../../src/headless/static-files.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

/** The lesson that the course pages hold. */
export const lesson = 'pid-namespace';

/** The frames of a course page, by their `sandbox`. */
export const sandboxes = [undefined, 'allow-scripts', 'allow-scripts allow-same-origin'];

function listen(server: Server): Promise<number> {
	return new Promise((resolve) =>
		server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
	);
}

/** A host that, unlike ours, lets no other origin read what it serves. */
function serveClosed(folder: string): Promise<Server> {
	const files = sirv(folder, { dev: true });
	const server = createServer((request, response) =>
		files(request, response, () => void response.writeHead(404).end()),
	);
	return listen(server).then(() => server);
}

/** The site, on the server of `npm start` or on a closed one, and a course page on another origin. */
export class CourseStage {
	html = '';
	readonly #closed: boolean;
	#site: Server | undefined;
	readonly #host: Server;
	site = '';
	/** Of another site than the lessons: the browser blocks their storage in its frames. */
	course = '';
	/** Of the same site, though of another origin: storage is allowed. */
	neighbour = '';

	constructor({ closed = false } = {}) {
		this.#closed = closed;
		this.#host = createServer((_request, response) => {
			response.setHeader('content-type', 'text/html').end(this.html);
		});
	}
	async open(): Promise<void> {
		this.#site = await (this.#closed ? serveClosed(dist) : serveFiles(dist, 0));
		this.site = `http://127.0.0.1:${(this.#site.address() as AddressInfo).port}`;
		const port = await listen(this.#host);
		this.course = `http://localhost:${port}`;
		this.neighbour = `http://127.0.0.1:${port}`;
	}
	close(): void {
		this.#site?.close();
		this.#host.close();
	}
}

export interface Heard {
	type: string;
	[field: string]: unknown;
}
/** What the pages below keep of their frames. */
export interface Course {
	heard: Heard[];
	lessons: {
		ignored: number;
		connected: boolean;
		call(method: string, ...args: unknown[]): Promise<string>;
	}[];
}

export const listening = (site: string) => `<script type="module">
	import { LessonFrame } from '${site}/embed.js';
	window.heard = [];
	window.lessons = [...document.querySelectorAll('iframe')].map((iframe) => {
		const frame = new LessonFrame(iframe);
		frame.on('*', (event) => window.heard.push(event));
		return frame;
	});
</script>`;

/** A course page with the lesson in a frame, which keeps what it hears. */
export function frameHtml(
	site: string,
	{ sandbox, query = '' }: { sandbox?: string; query?: string },
) {
	const attribute = sandbox === undefined ? '' : ` sandbox="${sandbox}"`;
	return `<!doctype html><title>course</title><iframe id="lesson" width="1200" height="760"${attribute}
		src="${site}/embed.html?lesson=${lesson}&lang=en&${query}"></iframe>${listening(site)}`;
}
