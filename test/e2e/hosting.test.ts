import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { clusterRunning, complaints } from '../harness/browser.ts';
import { frameHtml } from '../harness/course-page.ts';
import { nginx, nginxProgram, python } from '../harness/hosts.ts';
import { serve } from '../harness/platform.ts';
import { useSite } from '../harness/use-site.ts';

const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The `server` blocks of the documentation, in its order. */
const recipes = [...readFileSync(file('docs/hosting.md'), 'utf8').matchAll(/```nginx\n(.*?)```/gs)];
const recipe = (index: number) => recipes[index]?.[1] ?? '';

const stage = useSite();
const place = mkdtempSync(join(tmpdir(), 'drydock-release-'));
/** The site as it comes out of a release. */
let site = '';
let asset = '';

beforeAll(() => {
	const zip = join(place, 'drydock-test.zip');
	const script = file('scripts/pack-site.ts');
	execFileSync(process.execPath, ['--import', 'tsx', script, file('dist'), zip]);
	const bytes = readFileSync(zip);
	const digest = createHash('sha256').update(bytes).digest('hex');
	expect(readFileSync(`${zip}.sha256`, 'utf8')).toBe(`${digest}  drydock-test.zip\n`);
	for (const [path, content] of Object.entries(unzipSync(bytes))) {
		mkdirSync(dirname(join(place, path)), { recursive: true });
		writeFileSync(join(place, path), content);
	}
	site = join(place, 'drydock-test');
	asset = readdirSync(join(site, 'assets')).find((name) => name.endsWith('.js')) ?? '';
});
afterAll(() => rmSync(place, { recursive: true }));

/** What a host says of a file besides its content. */
async function headersOf(url: string) {
	const answer = await fetch(url);
	await answer.arrayBuffer();
	const header = (name: string) => answer.headers.get(name);
	return {
		status: answer.status,
		encoding: header('content-encoding'),
		cache: header('cache-control'),
		origins: header('access-control-allow-origin'),
	};
}

/** Ends with the test. */
async function kept<H extends { close(): unknown }>(opening: Promise<H>): Promise<H> {
	const host = await opening;
	onTestFinished(async () => void (await host.close()));
	return host;
}

/** A course page elsewhere, with a lesson of this site in a frame that has no origin. */
function courseWith(base: string) {
	const html = frameHtml(base, { sandbox: 'allow-scripts' });
	return kept(
		serve((_request, response) => {
			response.setHeader('content-type', 'text/html').end(html);
		}),
	);
}

const forever = 'public, max-age=31536000, immutable';

describe.skipIf(!nginxProgram)('on Debian’s nginx', () => {
	it.each([
		['as a host of its own', 0, '/'],
		['below a path of another', 1, '/courses/drydock/'],
	])('is packed, kept and found %s', async (_how, index, path) => {
		const host = await kept(nginx(recipe(index), site));
		const base = `${host.url}${path}`;
		const common = { encoding: 'gzip', origins: '*' };
		expect(await headersOf(`${base}assets/${asset}`)).toEqual({
			...common,
			status: 200,
			cache: forever,
		});
		expect(await headersOf(`${base}en/`)).toEqual({ ...common, status: 200, cache: 'no-cache' });
		expect(await headersOf(`${base}images/node.state.zst`)).toMatchObject({ encoding: null });
		expect(await headersOf(`${base}nowhere/`)).toMatchObject({ status: 404, origins: '*' });
		const page = await (await stage.browser.newContext({ locale: 'en-US' })).newPage();
		await page.goto(`${base}en/lesson/pods/`);
		await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
		await page.getByRole('link', { name: 'What a Pod is' }).click();
		await page.waitForURL(`${base}en/lesson/pod/`);
	});

	it('runs below a path, in a frame without an origin', async () => {
		const host = await kept(nginx(recipe(1), site));
		const base = `${host.url}/courses/drydock`;
		const course = await courseWith(base);
		const page = await (await stage.browser.newContext({ locale: 'en-US' })).newPage();
		await page.goto(course.url);
		const lesson = page.frameLocator('#lesson');
		await lesson.getByRole('button', { name: 'Start the machines' }).click();
		await lesson.getByRole('tab', { name: 'inside' }).waitFor({ timeout: 60_000 });
	});

	it('is found with the least that can be said', async () => {
		const host = await kept(nginx(recipe(2), site));
		expect(await headersOf(`${host.url}/en/`)).toEqual({
			status: 200,
			encoding: null,
			cache: null,
			origins: null,
		});
	});
});

describe('on python3 -m http.server', () => {
	it('runs, and says where it cannot', async () => {
		const host = await kept(python(site));
		const page = await (await stage.browser.newContext({ locale: 'en-US' })).newPage();
		const said = complaints(page);
		await page.goto(`${host.url}/?lesson=pid-namespace`);
		await clusterRunning(page);
		expect(said).toEqual([]);
		const course = await courseWith(host.url);
		await page.goto(course.url);
		await page.frameLocator('#lesson').getByText('could not be loaded here').waitFor();
	});
});
