import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { clusterRunning, complaints } from '../harness/browser.ts';
import { TerminalOnPage } from '../harness/terminal-page.ts';
import { useSite } from '../harness/use-site.ts';

const manifest = readFileSync(new URL('../fixtures/manifests/nginx.yaml', import.meta.url), 'utf8');
const shots = fileURLToPath(new URL('../../test-results/', import.meta.url));

const stage = useSite({ keepsPages: true });
let page: Page;
let shell: TerminalOnPage;
let said: string[];

const texts = (selector: string) =>
	page
		.locator(`dialog ${selector}`)
		.evaluateAll((all) => all.map((one) => (one.textContent ?? '').trim()));

describe('what is inside, on real machines', () => {
	beforeAll(async () => {
		mkdirSync(shots, { recursive: true });
		page = await stage.browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
		said = complaints(page);
		await page.goto(stage.site.lesson('rolling-update'));
		await clusterRunning(page);
		shell = new TerminalOnPage(page);
		await shell.prompt();
	});
	it('tells what `kubectl apply` set off: calls, components, kernel actions, and what may be chance', async () => {
		const lines = manifest
			.trimEnd()
			.split('\n')
			.map((line) => `'${line.replaceAll("'", `'\\''`)}'`);
		await shell.run(`printf '%s\\n' ${lines.join(' ')} > nginx.yaml`);
		await shell.run('kubectl apply -f nginx.yaml');
		await page.getByRole('button', { name: 'What did that do?' }).click();
		const dialog = page.getByRole('dialog', { name: 'What did that do?' });
		await dialog.getByText('kubectl apply -f nginx.yaml').first().waitFor({ state: 'attached' });
		await expect
			.poll(() => texts('.part.api .what'), { timeout: 10_000 })
			.toEqual(['create Deployment nginx']);
		await expect
			.poll(() => texts('.part.controllers li'), { timeout: 60_000 })
			.toEqual(
				expect.arrayContaining([
					expect.stringMatching(/deployment-controller\s*create ReplicaSet nginx-/),
					expect.stringMatching(/replicaset-controller\s*create Pod nginx-/),
					expect.stringMatching(/kube-scheduler\s*bind Pod nginx-/),
					expect.stringMatching(/kubelet node-\d\s*status Pod nginx-/),
				]),
			);
		await expect
			.poll(() => texts('.part.engine summary .kind'), { timeout: 30_000 })
			.toEqual(expect.arrayContaining(['network', 'control group', 'process started']));
		const actions = (await texts('.part.engine code')).join('\n');
		expect(actions).toMatch(/ip .*link add veth\w+ .*type veth/);
		expect(actions).toMatch(/clone newmnt newpid newipc newuts newcgroup into cgroup kubepods/);
		// One row for each component, however much it did; the single entries are one press away.
		await expect
			.poll(() => texts('.part.controllers > .actor > summary .name'), { timeout: 30_000 })
			.toEqual(expect.arrayContaining(['deployment-controller', 'replicaset-controller']));
		expect(await texts('.part.controllers > ol > li')).toEqual([]);
		await page.screenshot({ path: `${shots}what-did.png` });
		await dialog.getByRole('button', { name: 'One by one' }).click();
		await expect
			.poll(() => texts('.part.controllers > ol > li .what'))
			.toContainEqual(expect.stringMatching(/^create Pod nginx-/));
		await page.keyboard.press('Escape');
		await dialog.waitFor({ state: 'detached' });
	});

	it('shows in the X-ray of a pod what the node’s own shell prints', async () => {
		await shell.run('kubectl rollout status deployment/nginx --timeout=80s');
		const tile = page.locator('.hull', { hasText: 'node-1' }).locator('.tile.ready').first();
		await tile.click();
		await page.getByRole('button', { name: 'X-ray' }).click();
		const dialog = page.getByRole('dialog', { name: /^X-ray of nginx-/ });
		await dialog.locator('[data-veth]').waitFor({ timeout: 20_000 });
		const pod = ((await dialog.locator('h2').textContent()) ?? '').replace('X-ray of ', '');
		const commands = await texts('.line code');
		const find = (pattern: RegExp) => commands.find((one) => pattern.test(one)) ?? 'false';
		const inode = await texts('[data-namespace="net"]');
		const limits = await texts('[data-file="memory.max"]');
		const veth = await texts('[data-veth]');
		const rules = await dialog.locator('section.last li code').count();
		const shared = await dialog.locator('td.shared [data-namespace="net"]').count();
		await page.screenshot({ path: `${shots}x-ray.png` });
		await page.keyboard.press('Escape');
		await dialog.waitFor({ state: 'detached' });

		expect(shared).toBe(1);
		expect(await shell.run(find(/^readlink .*ns\/net$/))).toBe(`net:[${inode[0]}]`);
		expect(await shell.run(find(/^cat .*memory.max$/))).toBe(limits[0]);
		const peer = await shell.run(`${find(/^nsenter /)} | sed -n 's/.*eth0@if\\([0-9]*\\).*/\\1/p'`);
		expect(await shell.run(`ip -o link | grep '^${peer}: '`)).toContain(`${veth[0]}@`);
		const ip = await shell.run(`kubectl get pod ${pod} -o jsonpath={.status.podIP}; echo`);
		expect(await shell.run(`iptables-save | grep -cw ${ip}`)).toBe(String(rules));
	});

	it('complains about nothing', () => {
		expect(said).toEqual([]);
	});
});
