import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { serveFiles } from '../../src/headless/static-files.ts';
import { clusterRunning, complaints, startFreshMachines } from '../harness/browser.ts';
import { TerminalOnPage } from '../harness/terminal-page.ts';
import { useSite } from '../harness/use-site.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

const stage = useSite();

/** A page of its own, prepared by a script that runs before anything of ours. */
async function visit(url: string, before?: () => void): Promise<Page> {
	const context = await stage.browser.newContext({ locale: 'en-US' });
	const page = await context.newPage();
	if (before) await page.addInitScript(before);
	await page.goto(url);
	return page;
}

/**
 * A static server behind a bad line: the machine image comes in small pieces, breaks off after 40 %, and goes on
 * only for who asks for the rest.
 */
async function badLine() {
	const image = readFileSync(join(dist, 'images', 'node.state.zst'));
	const ranges: string[] = [];
	const inner = await serveFiles(dist, 0);
	const { port } = inner.address() as AddressInfo;
	const server = createServer((request, response) => {
		if (!request.url?.includes('node.state.zst')) {
			const target = { port, path: request.url, headers: request.headers };
			request.pipe(
				forward(target, (answer) => {
					response.writeHead(answer.statusCode ?? 502, answer.headers);
					answer.pipe(response);
				}),
			);
			return;
		}
		const { range } = request.headers;
		const from = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
		if (range) ranges.push(range);
		const whole = { 'content-length': image.length - from, etag: '"1"' };
		response.writeHead(range ? 206 : 200, {
			...whole,
			...(range && { 'content-range': `bytes ${from}-${image.length - 1}/${image.length}` }),
		});
		const stop = range ? image.length : Math.floor(image.length * 0.4);
		const send = (at: number) => {
			if (at >= stop) return range ? response.end() : response.destroy();
			response.write(image.subarray(at, Math.min(stop, at + 250_000)));
			setTimeout(() => send(at + 250_000), 120);
		};
		send(from);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const close = () => {
		server.close();
		inner.close();
	};
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, ranges, close };
}

describe('the page where something is missing or breaks', () => {
	it('names what the browser lacks, and can be read all the same', async () => {
		const page = await visit(stage.site.lesson('rolling-update'), () =>
			Reflect.deleteProperty(globalThis, 'WebAssembly'),
		);
		await page.getByRole('heading', { name: 'This browser runs no WebAssembly' }).waitFor();
		expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(true);
		await page.getByRole('button', { name: 'Skip' }).click();
		await page.getByText(/Step 2 of \d/).waitFor();

		const other = await visit(stage.site.lesson('rolling-update'), () =>
			Reflect.deleteProperty(globalThis, 'Worker'),
		);
		await other.getByRole('heading', { name: 'This browser starts no workers here' }).waitFor();
	});

	it('says which download failed, and goes on with one click', async () => {
		const page = await visit(stage.site.lesson('rolling-update'));
		await page.route('**/manifest.json', (route) => route.abort());
		await page.reload();
		await page.getByRole('heading', { name: 'A download did not arrive' }).waitFor();
		await page.getByText('Details').click();
		expect(await page.locator('.failure pre').textContent()).toContain('manifest.json');
		await page.unroute('**/manifest.json');
		await page.getByRole('button', { name: 'Try again' }).click();
		await clusterRunning(page);
	});

	it('works where every kind of storage is refused', async () => {
		const page = await visit(stage.site.lesson('rolling-update'), () => {
			for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches'])
				Object.defineProperty(globalThis, name, {
					get: () => {
						throw new DOMException('The operation is insecure.', 'SecurityError');
					},
				});
		});
		const said = complaints(page);
		await clusterRunning(page);
		await page.getByText('does not let the page store anything').waitFor();
		const images: string[] = [];
		page.on('request', (request) => {
			if (/node\.state|emulator\.wasm/.test(request.url())) images.push(request.url());
		});
		await page.getByRole('button', { name: 'Start again' }).click();
		await page.getByRole('button', { name: 'Fresh machines…' }).click();
		await startFreshMachines(page);
		expect(images, 'the page has kept what they start from').toEqual([]);
		expect(said).toEqual([]);
	});

	it('works below any path of a plain static server', async () => {
		const root = mkdtempSync(join(tmpdir(), 'drydock-site-'));
		cpSync(dist, join(root, 'courses', 'drydock'), { recursive: true });
		const server = await serveFiles(root, 0);
		const { port } = server.address() as AddressInfo;
		const page = await visit(`http://127.0.0.1:${port}/courses/drydock/?lesson=rolling-update`);
		const said = complaints(page);
		await clusterRunning(page);
		const shell = new TerminalOnPage(page);
		await shell.prompt();
		expect(await shell.run('docker run --rm hello-world | head -2')).toContain('Hello from');
		expect(said).toEqual([]);
		server.close();
		rmSync(root, { recursive: true });
	});

	it('shows a machine whose kernel stopped, and takes it back; then takes fresh ones', async () => {
		const page = await visit(stage.site.lesson('rolling-update'));
		await clusterRunning(page);
		await page.getByRole('tab', { name: 'node-2' }).click();
		const shell = new TerminalOnPage(page);
		await shell.prompt();
		await page.locator('.view.shown .xterm-helper-textarea').focus();
		await page.keyboard.type('halt -f\n');
		const hull = page.locator('.hull', { hasText: 'node-2' });
		await hull.getByText('lost', { exact: true }).waitFor({ timeout: 20_000 });
		const told = page.locator('.view.shown .xterm-rows');
		await expect.poll(() => told.textContent()).toMatch(/this\sshell\swent\swith\snode-2/);
		await page.getByRole('tab', { name: 'node-1' }).click();
		await shell.prompt();
		await expect
			.poll(() => shell.run('kubectl get node node-2 --no-headers'), { timeout: 40_000 })
			.toMatch(/NotReady/);
		await page.getByRole('button', { name: 'Power on node-2' }).click();
		await hull.getByText('Ready', { exact: true }).waitFor({ timeout: 60_000 });
		await page.getByRole('tab', { name: 'node-2' }).click();
		// What ended the old shell stands there until the new one has said its prompt.
		await shell.prompt();
		expect(await shell.run('hostname')).toBe('node-2');

		// A step is done; a look at the next one costs none of its ticks.
		const ticks = page.locator('.task.done');
		const missing = page.getByText('is not on these machines');
		await page.getByRole('button', { name: 'Run: kubectl apply -f web.yaml' }).click();
		await expect.poll(() => ticks.count(), { timeout: 60_000 }).toBe(2);
		await page.getByRole('button', { name: 'Start requests' }).click();
		await page.getByRole('button', { name: /^Step 1: .*\(done\)/ }).waitFor({ timeout: 60_000 });
		await page.getByRole('tab', { name: 'node-1' }).click();
		await shell.run('kubectl scale deployment web --replicas 1');
		await page.getByRole('button', { name: 'Next', exact: true }).click();
		await page.getByRole('button', { name: 'Previous step' }).click();
		await expect.poll(() => ticks.count()).toBe(3);
		await page.getByRole('button', { name: 'Next', exact: true }).click();
		await shell.run('rm -rf /bin');
		await page.getByText('node-1 cannot start a shell any more.').waitFor({ timeout: 30_000 });
		expect(await missing.count(), 'the step before was done, whatever is left of it').toBe(0);
		await page.getByRole('button', { name: 'Start again' }).click();
		await page.getByRole('button', { name: 'Restart this step' }).click();
		await startFreshMachines(page);
		await shell.prompt();
		expect(await shell.run('ls -d /bin /root/web.yaml; kubectl get deployments 2>&1')).toBe(
			'/bin  /root/web.yaml\nNo resources found in default namespace.',
		);
		await page.getByRole('button', { name: /^Step 1: .*\(done\)/ }).waitFor();
		await page.getByText('Step 2 of 6').waitFor();
		await missing.waitFor();
		await page.getByRole('button', { name: 'Go on without' }).click();
		await page.getByRole('button', { name: 'Skip', exact: true }).click();
		await page.getByRole('button', { name: 'Previous step' }).click();
		await page.getByText('Step 2 of 6').waitFor();
		expect(await missing.count()).toBe(0);
	});

	it('runs with one small machine when the reader asks for that', async () => {
		const page = await visit(stage.site.lesson('rolling-update'));
		await page.getByRole('button', { name: 'Settings' }).click();
		await page.getByRole('link', { name: '1', exact: true }).click();
		await page.waitForURL(/nodes=1/);
		await page.getByRole('button', { name: 'Settings' }).click();
		await page.getByRole('link', { name: '256 MB' }).click();
		await page.waitForURL(/memory=256/);
		await clusterRunning(page);
		await page.getByText('written for 3 machines, you have 1').waitFor();
		const hulls = page.locator('section.hull');
		await hulls.first().waitFor();
		expect(await hulls.count()).toBe(1);
		const shell = new TerminalOnPage(page);
		await shell.prompt();
		expect(await shell.run('kubectl apply -f web.yaml')).toContain('deployment.apps/web created');
		expect(await shell.run('kubectl rollout status deployment/web --timeout=80s')).toContain(
			'successfully rolled out',
		);
		await page.goto(stage.site.lesson('rolling-update'));
		await clusterRunning(page);
		await hulls.first().waitFor();
		expect(await hulls.count(), 'the choice is kept').toBe(1);
		await shell.prompt();
		const megabytes = Number(await shell.run("free -m | awk '/^Mem/ { print $2 }'"));
		expect(megabytes, 'the kernel keeps some for itself').toBeGreaterThan(200);
		expect(megabytes).toBeLessThan(256);
	});

	// Six processors' work: on a slow computer all of it takes its time, which is not what is looked at here.
	it('has room for five machines and their pods', { timeout: 600_000 }, async () => {
		const page = await visit(`${stage.site.lesson('rolling-update')}&nodes=5`);
		await clusterRunning(page, 180_000);
		const shell = new TerminalOnPage(page);
		await shell.prompt();
		await shell.run('kubectl apply -f web.yaml && kubectl scale deployment/web --replicas=8');
		// What takes longer than the Deployment's own deadline is told as an error, and goes on.
		const rolledOut = 'until kubectl rollout status deployment/web; do sleep 2; done';
		expect(await shell.run(rolledOut, 300_000)).toContain('successfully rolled out');
		await expect.poll(() => page.locator('.hull .tile.ready').count(), { timeout: 60_000 }).toBe(8);
		const cut = await page.evaluate(() => {
			const names = [...document.querySelectorAll<HTMLElement>('.hull .name')];
			const canvas = document.querySelector('.canvas');
			return [
				...names.filter((name) => name.scrollWidth > name.clientWidth + 1 && name.clientWidth > 0),
				...(canvas && canvas.scrollWidth > canvas.clientWidth ? [canvas] : []),
			].map((element) => element.textContent);
		});
		expect(cut).toEqual([]);
	});

	it('goes on where a slow line broke off', async () => {
		const line = await badLine();
		const page = await visit(`${line.url}en/lesson/rolling-update/`);
		const said = complaints(page);
		await page.locator('.figures').getByText('MB/s').waitFor({ timeout: 20_000 });
		await clusterRunning(page);
		expect(line.ranges.length, 'asked for the rest').toBeGreaterThan(0);
		expect(Number(/bytes=(\d+)-/.exec(line.ranges[0] ?? '')?.[1])).toBeGreaterThan(1_000_000);
		expect(said.filter((text) => !text.includes('ERR_'))).toEqual([]);
		line.close();
	});

	it('says that it still works after 8 s, and what else can be done after 30 s', async () => {
		const page = await visit('about:blank');
		// What was asked for while nothing came is never answered, not even later.
		let stalls = true;
		await page.route('**/node.state.zst*', (route) => (stalls ? undefined : route.continue()));
		await page.goto(stage.site.lesson('rolling-update'));
		await page.getByText('Still working. Waiting for: Machine image').waitFor({ timeout: 15_000 });
		await page.getByText('Nothing has come for half a minute.').waitFor({ timeout: 40_000 });
		expect(await page.getByRole('link', { name: 'Try with one machine' }).isVisible()).toBe(true);
		stalls = false;
		await page.getByRole('button', { name: 'Start over' }).click();
		await clusterRunning(page);
	});

	it('gives up a boot when asked to, and offers another', async () => {
		const page = await visit('about:blank');
		await page.route('**/node.state.zst*', () => undefined);
		await page.goto(stage.site.lesson('rolling-update'));
		await page.getByRole('button', { name: 'Cancel' }).click();
		await page.unroute('**/node.state.zst*');
		await page.getByRole('button', { name: 'Start the machines' }).click();
		await clusterRunning(page);
	});

	it('loads nothing before a click where data is to be saved', async () => {
		const page = await visit(stage.site.lesson('rolling-update'), () =>
			Object.defineProperty(navigator, 'connection', { value: { saveData: true } }),
		);
		const asked: string[] = [];
		page.on('request', (request) => asked.push(request.url()));
		await page.getByText('asks pages to save data').waitFor();
		await page.getByText(/\d MB to download, once/).waitFor();
		expect(asked.filter((url) => url.includes('.zst'))).toEqual([]);
		await page.getByRole('button', { name: 'Start the machines' }).click();
		await clusterRunning(page);
	});

	it('offers one machine to a device with little memory', async () => {
		const page = await visit(stage.site.lesson('rolling-update'), () =>
			Object.defineProperty(navigator, 'deviceMemory', { value: 2 }),
		);
		await page.getByText('This device has little memory').waitFor();
		await page.getByRole('link', { name: 'Start one machine' }).click();
		await clusterRunning(page);
		await page.locator('section.hull').first().waitFor();
		expect(await page.locator('section.hull').count()).toBe(1);
	});

	it('names a security policy that forbids WebAssembly', async () => {
		const context = await stage.browser.newContext({ locale: 'en-US' });
		const page = await context.newPage();
		await page.route('**/lesson/rolling-update/', async (route) => {
			const response = await route.fetch();
			const headers = {
				...response.headers(),
				'content-security-policy': "script-src 'self' 'unsafe-inline'",
			};
			await route.fulfill({ response, headers });
		});
		await page.goto(`${stage.site.url}en/lesson/rolling-update/`);
		await page.getByRole('heading', { name: 'WebAssembly is switched off here' }).waitFor();
		await page.getByText('Details').click();
		expect(await page.locator('.failure pre').textContent()).toContain('wasm-blocked');
	});

	it('works without a connection on the second visit, and says what is missing on a first one', async () => {
		const server = await serveFiles(dist, 0);
		const { port } = server.address() as AddressInfo;
		const url = `http://127.0.0.1:${port}/en/lesson/first-node/`;
		const page = await visit(url);
		await clusterRunning(page);
		await page.waitForFunction(async () => {
			const worker = await navigator.serviceWorker.ready;
			return worker.active?.state === 'activated';
		});
		await expect
			.poll(() =>
				page.evaluate(async () => (await (await caches.open('drydock-seen')).keys()).length),
			)
			.toBeGreaterThan(1);
		await new Promise((resolve) => {
			server.close(resolve);
			server.closeAllConnections();
		});
		await page.reload();
		await clusterRunning(page);
		const shell = new TerminalOnPage(page);
		await shell.prompt();
		expect(await shell.run('hostname')).toBe('node-1');

		const fresh = await visit('about:blank');
		await fresh.route('**/images/**', (route) => route.abort());
		await fresh.addInitScript(() => Object.defineProperty(navigator, 'onLine', { value: false }));
		await fresh.goto(stage.site.lesson('first-node'));
		await fresh.getByRole('heading', { name: 'You are offline, and the machines' }).waitFor();
		await fresh.unroute('**/images/**');
		await fresh.evaluate(() => dispatchEvent(new Event('online')));
		await clusterRunning(fresh);
	});

	it('loads a layer once for all machines that ask for it at the same time', async () => {
		const server = await serveFiles(dist, 0);
		const { port } = server.address() as AddressInfo;
		const asked: string[] = [];
		server.on('request', ({ url = '' }) => asked.push(url));
		const page = await visit(`http://127.0.0.1:${port}/en/lesson/first-node/?boot=click`);
		await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
		const blobs = join('images', 'registry', 'blobs', 'sha256');
		const path = `/${blobs}/${readdirSync(join(dist, blobs))[0]}`;
		const sizes = await page.evaluate((blob) => {
			const sizeOf = async () => (await (await fetch(blob)).arrayBuffer()).byteLength;
			return Promise.all([sizeOf(), sizeOf(), sizeOf(), sizeOf(), sizeOf()]);
		}, path);
		expect(new Set(sizes)).toEqual(new Set([statSync(join(dist, path)).size]));
		expect(asked.filter((url) => url === path)).toHaveLength(1);
		server.close();
	});

	it('keeps progress in memory, says so, and asks before it is lost, where the store is full', async () => {
		const page = await visit(stage.site.lesson('first-node'), () => {
			IDBObjectStore.prototype.put = () => {
				throw new DOMException('full', 'QuotaExceededError');
			};
		});
		await clusterRunning(page);
		await page.getByRole('button', { name: 'Show me' }).click();
		await page.getByRole('button', { name: /^(Hint|See the solution)/ }).click();
		await page.getByText('does not let the page store anything').waitFor();
		const asked = page.waitForEvent('dialog', { timeout: 10_000 });
		await page.close({ runBeforeUnload: true });
		const dialog = await asked;
		expect(dialog.type()).toBe('beforeunload');
		await dialog.accept();
	});

	it('asks which of two tabs has the lesson', async () => {
		const first = await visit(stage.site.lesson('first-node'));
		await clusterRunning(first);
		const second = await first.context().newPage();
		await second.goto(stage.site.lesson('first-node'));
		await second.getByText('This lesson is open in another tab.').waitFor();
		await second.getByRole('button', { name: 'Take over here' }).click();
		await clusterRunning(second);
		await first.getByText('This lesson goes on in another tab.').waitFor();
		await first.getByRole('button', { name: 'Take it back' }).click();
		await clusterRunning(first);
		await second.getByText('This lesson goes on in another tab.').waitFor();
	});

	it('pauses the machines of a tab that nobody sees, until somebody resumes', async () => {
		const context = await stage.browser.newContext({ locale: 'en-US' });
		const page = await context.newPage();
		await page.clock.install();
		await page.goto(stage.site.lesson('first-node'));
		await clusterRunning(page);
		const hide = (hidden: boolean) =>
			page.evaluate((value) => {
				Object.defineProperty(document, 'hidden', { value, configurable: true });
				document.dispatchEvent(new Event('visibilitychange'));
			}, hidden);
		await hide(true);
		await page.clock.fastForward(200_000);
		await hide(false);
		await page.getByText('The machines were paused').waitFor();
		await page.getByRole('button', { name: 'Resume' }).click();
		await page.getByText('The machines were paused').waitFor({ state: 'detached' });
		const shell = new TerminalOnPage(page);
		await shell.prompt();
		expect(await shell.run('hostname')).toBe('node-1');
	});

	it('tells which machine stopped answering, and restarts it or takes a fresh one', async () => {
		const page = await visit(stage.site.lesson('first-node'));
		await clusterRunning(page);
		const shell = new TerminalOnPage(page);
		await shell.prompt();
		await page.locator('.view.shown .xterm-helper-textarea').focus();
		await page.keyboard.type(`kill -STOP $(pgrep -x agent)\n`);
		await page.getByText('node-1 stopped answering.').waitFor({ timeout: 30_000 });
		await page.getByRole('button', { name: 'Restart node-1' }).click();
		await page
			.getByText('node-1 stopped answering.')
			.waitFor({ state: 'detached', timeout: 60_000 });
		await shell.prompt();
		expect(await shell.run('hostname')).toBe('node-1');

		await page.getByLabel('Which version has the kernel').fill(await shell.run('uname -r'));
		await page.getByRole('button', { name: 'Check', exact: true }).click();
		await page.getByRole('button', { name: /^Step 1: .*\(done\)/ }).waitFor();
		await page.locator('.view.shown .xterm-helper-textarea').focus();
		await page.keyboard.type('touch /fill; rm -rf /bin\n');
		const alarm = page.locator('.alarm', { hasText: 'node-1 cannot start a shell any more.' });
		await alarm.waitFor({ timeout: 60_000 });
		await alarm.getByRole('button', { name: 'Fresh machines…' }).click();
		await startFreshMachines(page);
		await shell.prompt();
		expect(await shell.run('ls -d /bin /fill 2> /dev/null')).toBe('/bin');
		await page.getByRole('button', { name: /^Step 1: .*\(done\)/ }).waitFor();
		expect(await page.getByLabel('Which version has the kernel').inputValue()).toMatch(/^6\.1\./);

		await page.locator('.view.shown .xterm-helper-textarea').focus();
		await page.keyboard.type('dd if=/dev/zero of=/fill bs=1M\n');
		await page.getByText('The disk of node-1 is full.').waitFor({ timeout: 60_000 });
		await shell.run('rm /fill');
		await page
			.getByText('The disk of node-1 is full.')
			.waitFor({ state: 'detached', timeout: 20_000 });
	});
});
