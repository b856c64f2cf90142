import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { clusterRunning, complaints } from '../harness/browser.ts';
import { BrowserOnPage } from '../harness/browser-page.ts';
import { TerminalOnPage } from '../harness/terminal-page.ts';
import { useSite } from '../harness/use-site.ts';

const manifest = (name: string) =>
	readFileSync(new URL(`../fixtures/manifests/${name}`, import.meta.url), 'utf8');
const webServer = readFileSync(new URL('../fixtures/web-server.sh', import.meta.url), 'utf8');
const shots = fileURLToPath(new URL('../../test-results/', import.meta.url));

const stage = useSite({ keepsPages: true });
let page: Page;
let shell: TerminalOnPage;
let said: string[];
/** Origins of everything that the page and its workers have asked for. */
const asked = new Set<string>();

/** Types a file into the guest, as a learner pastes one. */
async function put(name: string): Promise<void> {
	const lines = manifest(name).trimEnd().split('\n');
	const quoted = lines.map((line) => `'${line.replaceAll("'", `'\\''`)}'`).join(' ');
	await shell.run(`printf '%s\\n' ${quoted} > ${name}`);
}

const failedRequests = async () =>
	Number(await page.locator('.counts .failed b').textContent({ timeout: 5000 }));

describe('the page, in a browser', () => {
	beforeAll(async () => {
		mkdirSync(shots, { recursive: true });
		page = await stage.browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
		said = complaints(page);
		page.on('request', (request) => asked.add(new URL(request.url()).origin));
		await page.goto(stage.site.lesson('rolling-update'));
	});
	it('shows the lesson at once and boots three nodes', async () => {
		await page.getByRole('heading', { level: 1 }).waitFor({ timeout: 5000 });
		await clusterRunning(page);
		for (const node of ['control-plane', 'node-1', 'node-2'])
			await page
				.locator('.hull', { hasText: node })
				.getByText('Ready')
				.waitFor({ timeout: 60_000 });
		shell = new TerminalOnPage(page);
		await shell.prompt();
		expect(await shell.run('uname -sr; hostname')).toMatch(/^Linux 6\.1\.\d+\nnode-1$/);
	});

	it('runs the articles’ Deployment and Service and hears both pods through the cluster IP', async () => {
		await put('nginx.yaml');
		await put('myservice.yaml');
		expect(await shell.run('kubectl apply -f nginx.yaml')).toBe('deployment.apps/nginx created');
		expect(await shell.run('kubectl apply -f myservice.yaml')).toBe('service/myservice created');
		expect(await shell.run('kubectl rollout status deployment/nginx --timeout=80s')).toContain(
			'successfully rolled out',
		);
		const ip = await shell.run('kubectl get svc myservice -o jsonpath={.spec.clusterIP}; echo');
		const answers = `for i in $(seq 16); do curl -s http://${ip}/; done | grep -o 'nginx-[0-9a-z]*-[0-9a-z]*' | sort -u`;
		expect((await shell.run(answers)).split('\n')).toHaveLength(2);
		await shell.run('kubectl delete -f nginx.yaml -f myservice.yaml');
	});

	it('updates under a request loop without one failed request, as the picture shows', async () => {
		await put('web.yaml');
		await shell.run('kubectl apply -f web.yaml');
		await shell.run('kubectl rollout status deployment/web --timeout=80s');
		const nodePort = JSON.stringify({
			spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] },
		});
		await shell.run(`kubectl patch service web -p '${nodePort}'`);
		const browser = new BrowserOnPage(page);
		await browser.show();
		await browser.open('node-1:30080');
		expect(await browser.text()).toContain('Version 1');
		await page.getByRole('button', { name: 'Kubernetes', exact: true }).click();
		await page.locator('.strip').getByText('web 10.96.').first().waitFor({ state: 'attached' });
		await page.getByRole('button', { name: 'Start requests' }).click();
		await page.waitForFunction(
			() => /v1\s*\d\d/.test(document.querySelector('.counts')?.textContent ?? ''),
			undefined,
			{ timeout: 60_000 },
		);
		await shell.run('kubectl set image deployment/web nginx=nginx:2');
		await page.getByRole('button', { name: 'Rollout', exact: true }).click();
		await page.locator('.lane').nth(1).waitFor({ timeout: 20_000 });
		await page.getByText('lowest in this rollout: 3').waitFor();
		await page.screenshot({ path: `${shots}rolling.png` });
		expect(await shell.run('kubectl rollout status deployment/web --timeout=80s')).toContain(
			'successfully rolled out',
		);
		await page.waitForFunction(
			() => /v2\s*\d\d/.test(document.querySelector('.counts')?.textContent ?? ''),
			undefined,
			{ timeout: 60_000 },
		);
		await page.getByRole('button', { name: 'Stop requests' }).click();
		expect(await failedRequests()).toBe(0);
		expect(await page.locator('.lowest').textContent()).toBe('lowest in the last rollout: 3');
		await browser.show();
		await browser.content.getByText('Version 2').waitFor();
	});

	it('opens what machines serve, through the kernel of one of them', async () => {
		const browser = new BrowserOnPage(page);
		await browser.open('web.default.svc.cluster.local');
		expect(await browser.text()).toContain('Version 2');
		await browser.open('web');
		expect(await browser.error()).toContain('ERR_NAME_NOT_RESOLVED');
		await browser.open('node-1:81');
		expect(await browser.error()).toContain('ERR_CONNECTION_REFUSED');
		await page.getByRole('button', { name: 'Back', exact: true }).click();
		await page.getByRole('button', { name: 'Back', exact: true }).click();
		await browser.content.getByText('Version 2').waitFor();
		await page.getByRole('button', { name: 'Start load' }).click();
		await page.waitForFunction(
			() => /v2\s*\d[^]*200\s*[1-9]\d/.test(document.querySelector('.load')?.textContent ?? ''),
			undefined,
			{ timeout: 60_000 },
		);
		await page.getByRole('button', { name: 'Stop load' }).click();
		expect(await page.locator('.load figcaption').innerText()).toMatch(/p50 \d+ ms\s+p99 \d+ ms/);
		// A click on a port in a picture.
		await page.getByRole('button', { name: 'Kubernetes', exact: true }).click();
		await page.locator('.views').getByRole('button', { name: 'Service', exact: true }).click();
		await page.getByRole('button', { name: /^Open http:\/\/node-1:30080/ }).click();
		await browser.content.getByText('Version 2').waitFor();
	});

	it('shows styles, scripts, forms, redirects, cookies and streams', async () => {
		const browser = new BrowserOnPage(page);
		await browser.show();
		for (const line of webServer.trimEnd().split('\n')) await shell.run(line);
		await browser.open('node-1:8090');
		const heading = browser.content.getByRole('heading');
		await expect.poll(() => heading.textContent()).toBe('By script, and fetched\n');
		expect(await heading.evaluate((one) => getComputedStyle(one).color)).toBe('rgb(1, 2, 3)');
		const width = () =>
			browser.content.locator('img').evaluate((one) => (one as HTMLImageElement).naturalWidth);
		await expect.poll(width).toBe(40);
		await browser.content.getByRole('button', { name: 'Send' }).click();
		await expect.poll(() => browser.text()).toMatch(/^POST who=A%26B\s*$/);
		await page.getByRole('button', { name: 'Back', exact: true }).click();
		await browser.content.getByRole('link', { name: 'Go' }).click();
		await expect.poll(() => browser.text()).toMatch(/^GET +id=7\s*$/);
		await browser.open('node-1:8090/cgi-bin/loop');
		expect(await browser.error()).toContain('ERR_TOO_MANY_REDIRECTS');
		const address = page.getByRole('textbox', { name: 'Address', exact: true });
		await address.fill('node-1:8090/cgi-bin/slow');
		await page.keyboard.press('Enter');
		await browser.content.getByText('data: one').waitFor();
		expect(await browser.text()).not.toContain('two');
		await shell.run('touch /tmp/more');
		await browser.content.getByText('data: two').waitFor();
		await browser.idle();
	});

	it('lets a page reach neither the page around it nor any network but the machines’', async () => {
		const browser = new BrowserOnPage(page);
		await browser.show();
		const before = said.length;
		const [url, title] = [page.url(), await page.title()];
		await browser.open('node-1:8090/bad.html');
		await expect
			.poll(() => page.locator('.window iframe').getAttribute('title'))
			.toBe('Page: reached:');
		await browser.open('node-1:8090/away.html');
		await expect.poll(() => browser.error()).toContain('wanted to go elsewhere');
		expect([page.url(), await page.title()]).toEqual([url, title]);
		// What the browser around says of each attempt.
		const told = said.splice(before);
		expect(told.filter((one) => !/Content Security Policy|navigation|sandbox/i.test(one))).toEqual(
			[],
		);
	});

	it('replaces the pods of a node whose plug is pulled', async () => {
		await page.getByRole('button', { name: 'Kubernetes', exact: true }).click();
		await page.getByRole('button', { name: 'Nodes', exact: true }).click();
		await page.getByRole('button', { name: 'Pull the plug of node-2' }).click();
		const silent = page.locator('.hull', { hasText: 'node-2' });
		await silent.getByText('Kubernetes still believes that it is Ready.').waitFor();
		await silent.getByText('calls it NotReady').waitFor({ timeout: 60_000 });
		expect(await silent.locator('.tile.starting, .tile.ready').count()).toBe(0);
		const alive = 'kubectl get pods -o wide --no-headers | grep Running | grep -c node-1';
		await expect.poll(() => shell.run(alive), { timeout: 90_000, interval: 2000 }).toBe('3');
		await page.getByRole('button', { name: 'Power on node-2' }).click();
		await page
			.locator('.hull', { hasText: 'node-2' })
			.getByText('Ready', { exact: true })
			.waitFor({ timeout: 60_000 });
	});

	it('changes the language without touching the machines', async () => {
		const before = await shell.run('cut -d. -f1 /proc/uptime');
		await page.getByRole('link', { name: '中文' }).click();
		await page.waitForFunction(() => document.documentElement.lang === 'zh-CN');
		expect(await page.getByRole('heading', { level: 1 }).textContent()).toMatch(/\p{Script=Han}/u);
		const after = await shell.run('cut -d. -f1 /proc/uptime');
		expect(Number(after)).toBeGreaterThanOrEqual(Number(before));
		await page.getByRole('link', { name: 'English' }).click();
	});

	it('complains about nothing and asks no other host', () => {
		expect(said).toEqual([]);
		// `data:` and `blob:` of its own have none.
		expect([...asked].filter((origin) => origin !== 'null')).toEqual([
			new URL(stage.site.url).origin,
		]);
	});
});
