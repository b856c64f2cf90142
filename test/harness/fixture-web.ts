import type { HttpRequest, HttpResponse, Transport } from '../../src/api/transport.ts';

export interface FixturePod {
	name: string;
	version: string | undefined;
}

const page = ({ name, version }: FixturePod) => `<!doctype html>
<html lang="en"><title>nginx, version ${version}</title>
<link rel="stylesheet" href="/style.css">
<h1>Version ${version}</h1>
<p>Answered by ${name}</p>
<form action="/echo"><label>Your name <input name="name"></label> <button>Send</button></form>
<p><a href="/hello.txt">A text</a> · <a href="/none">A page that is not there</a></p>
</html>`;

const style = `body { max-width: 30rem; margin: 2rem auto; font: 16px/1.5 sans-serif; color: #10262f; background: #f6f1e4 }
h1 { color: #97407a; font-size: 2.4rem }`;

/** What answers at the fixture's Services: a page, its style, a text, and nothing else. */
export function fixtureWeb(pod: () => FixturePod | undefined): Transport {
	const answer = (status: number, type: string, body: string): HttpResponse => ({
		status,
		headers: { 'content-type': type },
		body,
	});
	return {
		request: async ({ path: url }: HttpRequest) => {
			const one = pod();
			if (!one || new URL(url).port === '81')
				throw Object.assign(new Error('dial tcp: connect: connection refused'), {
					errno: 'ECONNREFUSED',
				});
			const { pathname, search } = new URL(url);
			if (pathname === '/style.css') return answer(200, 'text/css', style);
			if (pathname === '/hello.txt') return answer(200, 'text/plain', 'hello\n');
			if (pathname === '/echo') return answer(200, 'text/plain', `${search}\n`);
			return pathname === '/'
				? answer(200, 'text/html', page(one))
				: answer(404, 'text/html', '<h1>404 Not Found</h1>');
		},
		upgrade: async () => {
			throw new Error('no upgrades');
		},
	};
}
