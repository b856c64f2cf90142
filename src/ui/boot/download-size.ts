import { siteUrl } from './site-url.ts';

/** What is loaded before the first machine starts, in bytes; undefined when the host does not say. */
export async function downloadSize(): Promise<number | undefined> {
	try {
		const response = await fetch(siteUrl('images/manifest.json'));
		const manifest = (await response.json()) as { node?: { state?: { bytes?: number } } };
		const state = manifest.node?.state?.bytes;
		const emulator = await fetch(siteUrl('emulator.wasm.gzip'), { method: 'HEAD' });
		const packed = Number(emulator.headers.get('content-length') ?? 0);
		return typeof state === 'number' ? state + packed : undefined;
	} catch {
		return undefined;
	}
}
