import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { clusterRunning, complaints } from '../harness/browser.ts';
import { TerminalOnPage } from '../harness/terminal-page.ts';
import { useSite } from '../harness/use-site.ts';

const manifest = (name: string) =>
	readFileSync(new URL(`../fixtures/manifests/${name}`, import.meta.url), 'utf8');
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
	});

	it('replaces the pods of a node whose plug is pulled', async () => {
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
