import type { Clock } from '../util/clock.ts';
import { DownloadError } from './artefacts.ts';

/** A connection that carries nothing for this long is given up for a new one. */
const silentMs = 15_000;
/** Tries in a row that bring nothing. */
const mostTries = 4;
const pauseMs = 700;
/** Nobody reads a bar more often than this; a fast line brings a piece every millisecond. */
const tellEveryMs = 50;

interface Part {
	chunks: Uint8Array<ArrayBuffer>[];
	done: number;
	/** Of the version that the chunks belong to. */
	etag: string | null;
}

/** What has arrived of downloads that broke: the next try goes on from there. It lives as long as the page. */
const parts = new Map<string, Part>();

type Report = (done: number, total: number) => void;

interface Running {
	file: Promise<Blob>;
	reports: Set<Report>;
}

/** A boot that was given up leaves its download running: the next one joins it. */
const running = new Map<string, Running>();

/**
 * Loads a file over a bad line: what broke off is asked for from there on, where the host knows ranges.
 * `size` is what to expect when it does not say, or 0.
 */
export async function resumable(
	clock: Clock,
	url: URL,
	size: number,
	progress: Report,
): Promise<ArrayBuffer> {
	const one = running.get(url.href) ?? start(clock, url, size);
	one.reports.add(progress);
	const file = await one.file.finally(() => one.reports.delete(progress));
	return file.arrayBuffer();
}

function start(clock: Clock, url: URL, size: number): Running {
	const reports = new Set<Report>();
	let told = -Infinity;
	const tell: Report = (done, total) => {
		if (done < total && clock.now() - told < tellEveryMs) return;
		told = clock.now();
		for (const report of reports) report(done, total);
	};
	const file = whole(clock, url, size, tell).finally(() => running.delete(url.href));
	const one = { file, reports };
	running.set(url.href, one);
	return one;
}

async function whole(clock: Clock, url: URL, size: number, progress: Report): Promise<Blob> {
	const part = parts.get(url.href) ?? { chunks: [], done: 0, etag: null };
	parts.set(url.href, part);
	for (let tries = 0; ; tries++) {
		const before = part.done;
		try {
			await load(clock, url, size, part, progress);
			parts.delete(url.href);
			return new Blob(part.chunks);
		} catch (error) {
			if (part.done > before) tries = 0;
			if (tries + 1 >= mostTries || (error as DownloadError).final) throw error;
			await clock.sleep(pauseMs * (tries + 1));
		}
	}
}

async function load(
	clock: Clock,
	url: URL,
	size: number,
	part: Part,
	progress: Report,
): Promise<void> {
	const giveUp = new AbortController();
	let timer = clock.after(silentMs, () => giveUp.abort());
	try {
		const response = await fetch(url, {
			headers: part.done > 0 ? { range: `bytes=${part.done}-` } : {},
			signal: giveUp.signal,
		});
		if (!response.ok) throw refused(url, response.status);
		const total = begin(part, response, size);
		const reader = response.body?.getReader();
		for (let one = await reader?.read(); one && !one.done; one = await reader?.read()) {
			timer.cancel();
			timer = clock.after(silentMs, () => giveUp.abort());
			part.chunks.push(one.value);
			part.done += one.value.length;
			progress(part.done, Math.max(total, part.done));
		}
	} catch (error) {
		if (error instanceof DownloadError) throw error;
		throw new DownloadError(`could not fetch ${url.href}: ${(error as Error).message}`);
	} finally {
		timer.cancel();
	}
}

/** A host without ranges, or one with a new version, sends everything again. */
function begin(part: Part, response: Response, size: number): number {
	const etag = response.headers.get('etag');
	if (response.status !== 206 || etag !== part.etag) {
		if (response.status === 206 && part.done > 0) {
			part.chunks = [];
			part.done = 0;
			throw new DownloadError(`${response.url} has changed`);
		}
		part.chunks = [];
		part.done = 0;
		part.etag = etag;
	}
	const length = Number(response.headers.get('content-length') ?? 0);
	return size || part.done + length;
}

/** What a host refuses, it refuses the next time too; a range beyond the end only this time. */
function refused(url: URL, status: number): DownloadError {
	const error = new DownloadError(`could not fetch ${url.href}: HTTP ${status}`);
	error.final = status < 500 && status !== 416 && status !== 429;
	return error;
}
