import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';

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

/** The site, with or without leave for every origin to read it, and a course page on another origin. */
export class CourseStage {
	html = '';
	readonly #site: Server;
	readonly #host: Server;
	site = '';
	/** Of another site than the lessons: the browser blocks their storage in its frames. */
	course = '';
	/** Of the same site, though of another origin: storage is allowed. */
	neighbour = '';

	constructor({ cors = true } = {}) {
		const files = sirv(dist, {
			dev: true,
			setHeaders: (response) => {
				if (cors) response.setHeader('access-control-allow-origin', '*');
			},
		});
		this.#site = createServer((request, response) =>
			files(request, response, () => void response.writeHead(404).end()),
		);
		this.#host = createServer((_request, response) => {
			response.setHeader('content-type', 'text/html').end(this.html);
		});
	}
	async open(): Promise<void> {
		this.site = `http://127.0.0.1:${await listen(this.#site)}`;
		const port = await listen(this.#host);
		this.course = `http://localhost:${port}`;
		this.neighbour = `http://127.0.0.1:${port}`;
	}
	close(): void {
		this.#site.close();
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
