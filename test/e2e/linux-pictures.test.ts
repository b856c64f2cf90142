import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { clusterRunning, complaints } from '../harness/browser.ts';
import { TerminalOnPage } from '../harness/terminal-page.ts';
import { useSite } from '../harness/use-site.ts';

const shots = fileURLToPath(new URL('../../test-results/', import.meta.url));
const stage = useSite({ keepsPages: true });
let page: Page;
let shell: TerminalOnPage;
let said: string[];

/** Waits for a text in the picture. How soon it stands there is measured by the benchmark. */
const seen = (selector: string, text: string | RegExp) =>
	page.locator(selector, { hasText: text }).first().waitFor({ timeout: 60_000 });
const show = (picture: string) =>
	page.locator('.views').getByRole('button', { name: picture, exact: true }).click();
/** A new row fades in for a moment, and is not to be judged before it is there. */
async function settled(): Promise<void> {
	await page.waitForFunction(() =>
		document
			.getAnimations()
			.every(
				(one) => one.playState !== 'running' || one.effect?.getTiming().iterations === Infinity,
			),
	);
}
async function looksWell(name: string): Promise<void> {
	await settled();
	await page.screenshot({ path: `${shots}linux-${name}.png` });
	const { violations } = await new AxeBuilder({ page }).include('.canvas').analyze();
	expect(
		violations.map(({ id, nodes }) => `${id}: ${nodes.map((one) => one.html).join()}`),
	).toEqual([]);
}

describe('what is made by hand in a shell, in the pictures of the kernel', () => {
	beforeAll(async () => {
		mkdirSync(shots, { recursive: true });
		const context = await stage.browser.newContext({
			viewport: { width: 1440, height: 900 },
			locale: 'en-US',
		});
		page = await context.newPage();
		said = complaints(page);
		await page.goto(stage.site.lesson('pid-namespace'));
		await clusterRunning(page);
		shell = new TerminalOnPage(page);
		await shell.prompt();
	});
	it('shows a new PID namespace with both numbers of its first process', async () => {
		await show('Processes');
		await page.locator('[data-pid]', { hasText: 'init' }).waitFor();
		await shell.type('unshare --pid --fork --mount-proc sh');
		await seen('.pidbox .inside.first', '1');
		const box = page.locator('.pidbox', { has: page.locator('.inside.first') }).first();
		expect(await box.textContent()).toMatch(/pid\s*\d{10}/);
		await looksWell('processes');
		await shell.type('exit');
		await page.locator('.pidbox').waitFor({ state: 'detached', timeout: 60_000 });
	});

	it('shows a control group with its limit and the process that was put into it', async () => {
		await show('cgroups');
		const made =
			'mkdir /sys/fs/cgroup/demo && echo 8M > /sys/fs/cgroup/demo/memory.max && echo $$ > /sys/fs/cgroup/demo/cgroup.procs';
		await page.locator('[data-cgroup="/"]').waitFor();
		await shell.run(made);
		await seen('[data-cgroup="/demo"]', '8 MiB');
		expect(await page.locator('[data-cgroup="/demo"] .member').first().textContent()).toMatch(
			/\d+bash/,
		);
		await looksWell('cgroups');
	});

	it('shows a bridge, a namespace and the cable between them', async () => {
		await show('Network');
		await page.locator('.customs').waitFor();
		const bridge =
			'ip link add br0 type bridge && ip addr add 10.0.0.1/24 dev br0 && ip link set br0 up';
		await shell.run(bridge);
		await seen('.bridge', /br0\s*10\.0\.0\.1\/24/);
		await shell.run('ip netns add red');
		await shell.run('ip link add v0 type veth peer name eth0 netns red');
		await shell.run('ip link set v0 master br0');
		await seen('.bridge', 'v0');
		await page.locator('[data-space="red"]', { hasText: 'no default route' }).waitFor();
		await page.locator('.cable.dead').first().waitFor({ state: 'attached' });
		await shell.run('ip link set v0 up; ip -n red link set eth0 up');
		await page.locator('.cable:not(.dead)').first().waitFor({ state: 'attached' });
		await looksWell('network');
	});

	it('shows an overlay, and a whiteout where a file is deleted', async () => {
		await show('Layers');
		await page.locator('.stage').waitFor();
		const mount =
			'mkdir -p o/l o/u o/w o/m && echo hi > o/l/a && mount -t overlay overlay -o lowerdir=o/l,upperdir=o/u,workdir=o/w o/m';
		await shell.run(`cd /root && ${mount}`);
		await seen('.sheet.writable', '/root/o/m');
		await shell.run('rm o/m/a');
		await seen('.tab.whiteout', '/a');
		await looksWell('layers');
	});

	it('shows which processes are in the same namespace', async () => {
		await show('Namespaces');
		await page.locator('tbody .cell').first().waitFor();
		await shell.run('(unshare --uts sleep 300 &)');
		const row = page.locator('tbody tr', { hasText: 'sleep' });
		await row.locator('.cell.own').waitFor({ timeout: 60_000 });
		expect(await row.locator('.cell.own').getAttribute('aria-label')).toMatch(
			/^uts \d+, flag [A-Z]/,
		);
		await looksWell('namespaces');
		expect(said).toEqual([]);
	});
});
