import { siteRoot } from '../pages/site.ts';

/** What is loaded before the first machine starts, in bytes; undefined when the host does not say. */
export async function downloadSize(): Promise<number | undefined> {
	try {
		const response = await fetch(new URL('images/manifest.json', siteRoot));
		const manifest = (await response.json()) as { node?: { state?: { bytes?: number } } };
		const state = manifest.node?.state?.bytes;
		const emulator = await fetch(new URL('emulator.wasm.gzip', siteRoot), { method: 'HEAD' });
		const packed = Number(emulator.headers.get('content-length') ?? 0);
		return typeof state === 'number' ? state + packed : undefined;
	} catch {
		return undefined;
	}
}
