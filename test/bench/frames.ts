import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { serveFiles } from '../../src/headless/static-files.ts';
import { launchBrowser } from '../harness/browser.ts';
import { buildGallery } from '../harness/gallery-site.ts';

const frameMs = 1000 / 60;

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

/** What the page's thread did while it was watched. */
export interface Frames {
	/** Milliseconds of work in each sixtieth of a second in which there was any, the least first. */
	work: number[];
	/** Milliseconds of the whole time by what was done: `Layout`, `Paint`, `FunctionCall` … */
	by: Map<string, number>;
}

/** Builds the galleries as the page is built, and hands out a browser and their address. */
export async function withGallery<T>(
	use: (browser: Browser, url: string) => Promise<T>,
): Promise<T> {
	const outDir = await mkdtemp(join(tmpdir(), 'drydock-gallery-'));
	const browser = await launchBrowser();
	try {
		await buildGallery(outDir);
		const server = await serveFiles(outDir, 0);
		const { port } = server.address() as AddressInfo;
		const result = await use(browser, `http://127.0.0.1:${port}/test/e2e/`);
		server.close();
		return result;
	} finally {
		await browser.close();
		await rm(outDir, { recursive: true });
	}
}

/** Records the page's thread while `during` goes on. */
export async function framesOf(page: Page, during: () => Promise<unknown>): Promise<Frames> {
	const browser = page.context().browser();
	if (!browser) throw new Error('the page has no browser');
	await browser.startTracing(page, {
		categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'],
	});
	await during();
	const trace = JSON.parse((await browser.stopTracing()).toString()) as {
		traceEvents: TraceEvent[];
	};
	return summarize(trace.traceEvents);
}

function summarize(events: TraceEvent[]): Frames {
	const mains = events.filter(
		({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain',
	);
	const threads = mains.map(({ pid, tid }) =>
		events.filter((one) => one.ph === 'X' && one.pid === pid && one.tid === tid),
	);
	const tasksOf = (thread: TraceEvent[]) => thread.filter(({ name }) => name === 'RunTask');
	const sum = (list: TraceEvent[]) => list.reduce((all, one) => all + (one.dur ?? 0), 0);
	const own = threads.sort((a, b) => sum(tasksOf(b)) - sum(tasksOf(a)))[0] ?? [];
	const frames = new Map<number, number>();
	const by = new Map<string, number>();
	for (const { name, ts, dur = 0, tdur = dur } of own) {
		by.set(name, (by.get(name) ?? 0) + tdur / 1000);
		if (name !== 'RunTask') continue;
		const frame = Math.floor(ts / 1000 / frameMs);
		frames.set(frame, (frames.get(frame) ?? 0) + tdur / 1000);
	}
	return { work: [...frames.values()].sort((a, b) => a - b), by };
}

/** The work of a frame that only `1 - share` of the frames exceed. */
export function workAt({ work }: Frames, share: number): number {
	return work[Math.min(work.length - 1, Math.floor(work.length * share))] ?? NaN;
}
