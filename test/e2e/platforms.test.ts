import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { downloaded } from '../harness/download.ts';
import { platform, serve } from '../harness/platform.ts';
import { useSite } from '../harness/use-site.ts';

const lesson = 'pid-namespace';
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

/** The manifest as a browser reads it: titles, the file to launch, and every file that it names. */
async function manifestOf(page: Page, xml: string) {
	return page.evaluate((source) => {
		const document = new DOMParser().parseFromString(source, 'application/xml');
		const all = (name: string) => [...document.getElementsByTagName(name)];
		return {
			errors: all('parsererror').length,
			titles: all('title').map((one) => one.textContent),
			version: all('schemaversion')[0]?.textContent,
			launch: all('resource')[0]?.getAttribute('href'),
			files: all('file').map((one) => one.getAttribute('href') ?? ''),
		};
	}, xml);
}

/** What `launch.html` is told. */
const launchOf = (html: string) =>
	JSON.parse(/<script type="application\/json">(.*?)<\/script>/s.exec(html)?.[1] ?? '{}') as {
		base: string;
		options: Record<string, string>;
	};

describe('a learning platform', () => {
	const stage = useSite();
	async function open(url: string): Promise<Page> {
		const page = await (await stage.browser.newContext({ locale: 'en-US' })).newPage();
		await page.goto(url);
		return page;
	}
	/** One step of the lesson, the shortest course there is, as a teacher takes it from the page. */
	async function take(button: string, { language = 'en', whole = false } = {}) {
		const page = await open(`${stage.site.url}en/teach/?lesson=${lesson}`);
		await page.waitForLoadState('networkidle');
		await page.getByLabel('From step').selectOption('enter');
		await page.getByLabel('to step').selectOption('enter');
		await page.getByLabel('Language').first().selectOption(language);
		if (whole) await page.getByRole('checkbox', { name: /whole site/ }).check();
		const file = await downloaded(page, () => page.getByRole('button', { name: button }).click());
		return { page, name: file.name, zip: new Uint8Array(file.bytes) };
	}
	/** Plays the step in a package's frame and answers what the platform was told. */
	async function play(
		version: '1.2' | '2004',
		zip: Uint8Array,
		{ asked = [], refuses = '' }: { asked?: string[]; refuses?: string } = {},
	) {
		const lms = await platform(version, zip);
		const context = await stage.browser.newContext({ locale: 'en-US' });
		context.on('request', (request) => asked.push(request.url()));
		const page = await context.newPage();
		await page.goto(lms.url);
		await page.evaluate((element) => {
			const { API: api } = window as unknown as {
				API?: { LMSSetValue: (name: string, value: string) => string };
			};
			const set = api?.LMSSetValue.bind(api);
			if (api && set)
				api.LMSSetValue = (name, value) => (name === element ? 'false' : set(name, value));
		}, refuses);
		const frame = page.frameLocator('#package').frameLocator('iframe');
		// A package starts its machines by itself.
		await frame
			.getByRole('button', { name: /^Run: unshare/ })
			.first()
			.click({ timeout: 90_000 });
		await frame.getByText('The shell inside is process 1 now.').waitFor({ timeout: 60_000 });
		const value = (element: string) =>
			page.evaluate((name) => {
				const apis = window as unknown as Record<
					'API' | 'API_1484_11',
					Record<string, (name: string) => string> | undefined
				>;
				return apis.API?.['lmsGetValue']?.(name) ?? apis.API_1484_11?.['lmsGetValue']?.(name);
			}, element);
		return { value, page, close: () => lms.close() };
	}

	it.each(['1.2', '2004'] as const)('gets score and status by SCORM %s', async (version) => {
		const { name, zip } = await take(`SCORM ${version}`);
		expect(name).toBe(`${lesson}-scorm-${version}.zip`);
		const { value, close } = await play(version, zip);
		const isOld = version === '1.2';
		await expect
			.poll(() => value(isOld ? 'cmi.core.lesson_status' : 'cmi.completion_status'))
			.toBe('completed');
		expect(await value(isOld ? 'cmi.core.score.raw' : 'cmi.score.raw')).toBe('100');
		expect(await value('cmi.suspend_data')).toContain('enter');
		close();
	});

	it('that does not keep where a learner is makes the package say so', async () => {
		const { zip } = await take('SCORM 1.2');
		const { page, value, close } = await play('1.2', zip, { refuses: 'cmi.suspend_data' });
		const note = page.frameLocator('#package').getByRole('alert');
		await note.filter({ hasText: 'does not keep where you are' }).waitFor();
		await expect.poll(() => value('cmi.core.lesson_status')).toBe('completed');
		close();
	});

	it('gets a package of the lesson, language and steps that were chosen', async () => {
		const { page, zip } = await take('SCORM 2004', { language: 'zh-CN' });
		const files = unzipSync(zip);
		expect(await manifestOf(page, text(files['imsmanifest.xml']))).toEqual({
			errors: 0,
			titles: ['做 1 号进程', '做 1 号进程'],
			version: '2004 4th Edition',
			launch: 'launch.html',
			files: Object.keys(files).filter((path) => path !== 'imsmanifest.xml'),
		});
		expect(launchOf(text(files['launch.html']))).toEqual({
			base: stage.site.url,
			options: { lesson, lang: 'zh-CN', steps: 'enter', boot: 'auto' },
		});
	});

	it('gets a package with the whole site inside, which needs no other', async () => {
		const { page, zip } = await take('SCORM 1.2', { whole: true });
		const files = unzipSync(zip);
		const manifest = await manifestOf(page, text(files['imsmanifest.xml']));
		expect(manifest.errors).toBe(0);
		expect(manifest.files.toSorted()).toEqual(
			Object.keys(files)
				.filter((path) => path !== 'imsmanifest.xml')
				.toSorted(),
		);
		expect(launchOf(text(files['launch.html']))).toEqual({
			base: './site/',
			options: { lesson, lang: 'en', steps: 'enter', boot: 'auto' },
		});
		const asked: string[] = [];
		const { value, close } = await play('1.2', zip, { asked });
		await expect.poll(() => value('cmi.suspend_data')).toContain('enter');
		expect(asked.filter((url) => url.startsWith(stage.site.url))).toEqual([]);
		close();
	});

	it('gets the same from the command line', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'drydock-scorm-'));
		const output = join(folder, 'whole.zip');
		const script = fileURLToPath(new URL('../../scripts/scorm.ts', import.meta.url));
		const options = [lesson, '--version', '1.2', '--lang', 'en', '-o', output];
		await promisify(execFile)(process.execPath, ['--import', 'tsx', script, ...options]);
		const files = unzipSync(new Uint8Array(await readFile(output)));
		await rm(folder, { recursive: true });
		expect(launchOf(text(files['launch.html']))).toEqual({
			base: './site/',
			options: { lesson, lang: 'en', boot: 'auto' },
		});
		const { zip } = await take('SCORM 1.2', { whole: true });
		expect(Object.keys(files).toSorted()).toEqual(Object.keys(unzipSync(zip)).toSorted());
	});

	/** A record store that keeps what it is told, and the address that launches a unit for one learner. */
	async function recordStore() {
		const statements: { verb: { id: string }; result?: { score?: { scaled: number } } }[] = [];
		const tokens = new Set<string | undefined>();
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
			tokens.add(request.headers.authorization);
			let body = '';
			request.on('data', (chunk: Buffer) => (body += chunk.toString()));
			request.on('end', () => {
				statements.push(JSON.parse(body) as (typeof statements)[number]);
				response.end('["00000000-0000-4000-8000-000000000000"]');
			});
		});
		const launch = (id: string) =>
			new URLSearchParams({
				endpoint: `${store.url}/xapi/`,
				fetch: `${store.url}/fetch`,
				registration: '00000000-0000-4000-8000-000000000001',
				activityId: id,
				actor: JSON.stringify({
					objectType: 'Agent',
					account: { homePage: 'https://school.example', name: 'learner' },
				}),
			}).toString();
		const verbs = () => statements.map(({ verb }) => verb.id.split('/').at(-1));
		return { statements, tokens, verbs, launch, close: () => store.close() };
	}

	it('hears by cmi5 that a lesson was begun, done and left', async () => {
		const store = await recordStore();
		const { page, name, zip } = await take('cmi5');
		expect(name).toBe(`${lesson}-cmi5.zip`);
		const unit = await page.evaluate(
			(source) => {
				const document = new DOMParser().parseFromString(source, 'application/xml');
				const [au] = document.getElementsByTagName('au');
				return {
					errors: document.getElementsByTagName('parsererror').length,
					id: au?.getAttribute('id'),
					titles: [...(au?.querySelectorAll('title langstring') ?? [])].map((one) => [
						one.getAttribute('lang'),
						one.textContent,
					]),
					url: au?.querySelector('url')?.textContent?.trim() ?? '',
				};
			},
			text(unzipSync(zip)['cmi5.xml']),
		);
		expect(unit).toEqual({
			errors: 0,
			id: `${stage.site.url}lesson/${lesson}`,
			titles: [
				['zh-CN', '做 1 号进程'],
				['en', 'Being process 1'],
			],
			url: `${stage.site.url}embed.html?lesson=${lesson}&steps=enter&lang=en`,
		});
		const frame = await open(`${unit.url}&${store.launch(unit.id ?? '')}`);
		await frame.getByRole('button', { name: 'Start the machines' }).click();
		await frame
			.getByRole('button', { name: /^Run: unshare/ })
			.first()
			.click();
		await frame.getByText('The shell inside is process 1 now.').waitFor({ timeout: 60_000 });
		await expect.poll(store.verbs).toEqual(['initialized', 'completed', 'terminated']);
		expect(store.statements[1]?.result?.score?.scaled).toBe(1);
		await frame.close({ runBeforeUnload: true });
		store.close();
	});

	it('hears by cmi5 that a learner left before the end', async () => {
		const store = await recordStore();
		const launch = store.launch('https://drydock.example/lesson');
		const frame = await open(`${stage.site.url}embed.html?lesson=${lesson}&${launch}`);
		await expect.poll(store.verbs, { timeout: 15_000 }).toEqual(['initialized']);
		await frame.close({ runBeforeUnload: true });
		await expect.poll(store.verbs, { timeout: 15_000 }).toEqual(['initialized', 'terminated']);
		expect(store.tokens).toEqual(new Set(['Basic dG9rZW4=']));
		store.close();
	});
});
