import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { scormPackage, type ScormVersion } from '../../src/ui/embed/scorm-package.ts';
import { useSite } from '../harness/use-site.ts';

const file = (path: string) =>
	readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)));
const lesson = 'pid-namespace';
/** One step of it is the shortest course there is. */
const steps = 'enter..enter';

interface Platform {
	url: string;
	close(): void;
}

function serve(
	handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Platform> {
	const server: Server = createServer(handle);
	return new Promise((resolve) =>
		server.listen(0, '127.0.0.1', () => {
			const { port } = server.address() as AddressInfo;
			resolve({ url: `http://localhost:${port}`, close: () => server.close() });
		}),
	);
}

const types: Record<string, string> = { html: 'text/html', js: 'text/javascript' };

/** A learning platform: its SCORM interface in the page around, the package's files below `/package/`. */
function platform(version: ScormVersion, zip: Uint8Array): Promise<Platform> {
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
		const type = types[path.split('.').at(-1) ?? ''] ?? 'text/html';
		response.setHeader('content-type', type);
		if (path === '/') response.end(page);
		else if (path === '/api.js') response.end(file(`node_modules/scorm-again/dist/${script}`));
		else response.end(files[path.replace('/package/', '')] ?? '');
	});
}

async function finishStep(frame: Page): Promise<void> {
	await frame.getByRole('button', { name: 'Start the machines' }).click();
	await frame
		.getByRole('button', { name: /^Run: unshare/ })
		.first()
		.click();
	await frame.getByText('The shell inside is process 1 now.').waitFor({ timeout: 60_000 });
}

describe('a learning platform', () => {
	const stage = useSite();
	async function open(url: string): Promise<Page> {
		const page = await (await stage.browser.newContext({ locale: 'en-US' })).newPage();
		await page.goto(url);
		return page;
	}

	it.each(['1.2', '2004'] as const)('gets score and status by SCORM %s', async (version) => {
		const zip = scormPackage({
			version,
			lesson,
			title: 'Process 1',
			locale: 'en',
			parameters: { steps, boot: 'click' },
			script: file('dist/scorm-launch.js').toString(),
			content: { base: stage.site.url },
		});
		const lms = await platform(version, zip);
		const page = await open(lms.url);
		const frame = page.frameLocator('#package').frameLocator('iframe');
		// A package starts its machines by itself.
		await frame
			.getByRole('button', { name: /^Run: unshare/ })
			.first()
			.click({ timeout: 60_000 });
		await frame.getByText('The shell inside is process 1 now.').waitFor({ timeout: 60_000 });
		const value = (element: string) =>
			page.evaluate((name) => {
				const apis = window as unknown as Record<
					'API' | 'API_1484_11',
					Record<string, (name: string) => string> | undefined
				>;
				return apis.API?.['lmsGetValue']?.(name) ?? apis.API_1484_11?.['lmsGetValue']?.(name);
			}, element);
		const isOld = version === '1.2';
		await expect
			.poll(() => value(isOld ? 'cmi.core.lesson_status' : 'cmi.completion_status'))
			.toBe('completed');
		expect(await value(isOld ? 'cmi.core.score.raw' : 'cmi.score.raw')).toBe('100');
		expect(await value('cmi.suspend_data')).toContain('enter');
		lms.close();
	});

	it('hears by cmi5 that a lesson was begun, done and left', async () => {
		const statements: { verb: { id: string }; result?: { score?: { scaled: number } } }[] = [];
		const store = await serve((request, response) => {
			response.setHeader('access-control-allow-origin', '*');
			response.setHeader('access-control-allow-headers', '*, authorization');
			response.setHeader('access-control-allow-methods', 'GET, POST, PUT');
			if (request.method === 'OPTIONS') return void response.end();
			response.setHeader('content-type', 'application/json');
			const { pathname } = new URL(request.url ?? '/', 'http://localhost');
			if (pathname === '/fetch') return void response.end('{"auth-token":"dG9rZW4="}');
			if (pathname === '/xapi/activities/state')
				return void response.end(
					'{"contextTemplate":{},"launchMode":"Normal","moveOn":"Completed"}',
				);
			if (pathname !== '/xapi/statements') return void response.writeHead(404).end('{}');
			let body = '';
			request.on('data', (chunk: Buffer) => (body += chunk.toString()));
			request.on('end', () => {
				statements.push(JSON.parse(body) as (typeof statements)[number]);
				response.end('["00000000-0000-4000-8000-000000000000"]');
			});
		});
		const query = new URLSearchParams({
			lesson,
			steps,
			lang: 'en',
			endpoint: `${store.url}/xapi/`,
			fetch: `${store.url}/fetch`,
			registration: '00000000-0000-4000-8000-000000000001',
			activityId: `${stage.site.url}lesson/${lesson}`,
			actor: JSON.stringify({
				objectType: 'Agent',
				account: { homePage: 'https://school.example', name: 'learner' },
			}),
		});
		await finishStep(await open(`${stage.site.url}embed.html?${query}`));
		const verbs = () => statements.map(({ verb }) => verb.id.split('/').at(-1));
		await expect.poll(verbs).toEqual(['initialized', 'completed', 'terminated']);
		expect(statements[1]?.result?.score?.scaled).toBe(1);
		store.close();
	});
});
