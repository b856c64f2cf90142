import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveFiles } from '../../src/headless/static-files.ts';
import { clusterRunning, launchBrowser } from '../harness/browser.ts';
import { buildGallery } from '../harness/gallery-site.ts';
import type { Figure } from './figure.ts';

const frameMs = 1000 / 60;
const forMs = 8000;
const changesPerSecond = 20;

interface TraceEvent {
	name: string;
	ph: string;
	ts: number;
	dur?: number;
	/** Time of the processor, without waiting for it. */
	tdur?: number;
	pid: number;
	tid: number;
	args: { name?: string };
}

/** Milliseconds that the page's thread worked in each sixtieth of a second, where it worked at all. */
function frameWork(trace: { traceEvents: TraceEvent[] }): number[] {
	const mains = trace.traceEvents.filter(
		({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain',
	);
	const tasks = trace.traceEvents.filter(({ name, ph }) => name === 'RunTask' && ph === 'X');
	const threads = mains.map(({ pid, tid }) =>
		tasks.filter((task) => task.pid === pid && task.tid === tid),
	);
	const sum = (list: TraceEvent[]) => list.reduce((all, one) => all + (one.dur ?? 0), 0);
	const own = threads.sort((a, b) => sum(b) - sum(a))[0] ?? [];
	const frames = new Map<number, number>();
	for (const { ts, dur = 0, tdur = dur } of own) {
		const frame = Math.floor(ts / 1000 / frameMs);
		frames.set(frame, (frames.get(frame) ?? 0) + tdur / 1000);
	}
	return [...frames.values()].sort((a, b) => a - b);
}

/** What it costs to draw a cluster of five machines and sixty pods while twenty objects a second change. */
export async function pictureFigures(): Promise<Figure[]> {
	const folder = await mkdtemp(join(tmpdir(), 'drydock-gallery-'));
	const browser = await launchBrowser();
	try {
		await buildGallery(folder);
		const server = await serveFiles(folder, 0);
		const { port } = server.address() as AddressInfo;
		const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
		await page.goto(`http://127.0.0.1:${port}/test/e2e/gallery.html?scene=many`);
		await clusterRunning(page);
		await page.locator('.hull [data-pod]').nth(50).waitFor();
		await page.waitForTimeout(1500);
		await browser.startTracing(page, {
			categories: ['toplevel', 'disabled-by-default-devtools.timeline'],
		});
		const changes = await page.evaluate(
			([ms, rate]) =>
				(
					globalThis as unknown as { gallery: { churn(ms: number, rate: number): Promise<number> } }
				).gallery.churn(ms, rate),
			[forMs, changesPerSecond] as const,
		);
		const trace = JSON.parse((await browser.stopTracing()).toString()) as {
			traceEvents: TraceEvent[];
		};
		server.close();
		const work = frameWork(trace);
		const at = (share: number) => work[Math.min(work.length - 1, Math.floor(work.length * share))];
		const what = '5 nodes, 60 pods, 20 changes/s';
		return [
			{ name: `picture: changes, ${what}`, value: changes, unit: '' },
			{
				name: `picture: work a frame, p95, ${what}`,
				value: at(0.95) ?? NaN,
				unit: 'ms',
				bound: 16,
			},
			{ name: `picture: work a frame, worst, ${what}`, value: at(1) ?? NaN, unit: 'ms', bound: 16 },
		];
	} finally {
		await browser.close();
		await rm(folder, { recursive: true });
	}
}
