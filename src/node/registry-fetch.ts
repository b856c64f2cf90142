import { streamOf, type FetchLike } from './engine/registry.ts';

interface NodeProcess {
	getBuiltinModule?(name: 'node:fs/promises'): {
		readFile(url: URL): Promise<Uint8Array<ArrayBuffer>>;
	};
}

/** Fetches from the image layout: over HTTP in a page, from files (`file:` URLs) under Node. */
export const registryFetch: FetchLike = async (url, options) => {
	if (!url.startsWith('file:'))
		return fetch(url, options?.signal ? { signal: options.signal } : {});
	const host = (globalThis as { process?: NodeProcess }).process;
	const files = host?.getBuiltinModule?.('node:fs/promises');
	try {
		const data = await files?.readFile(new URL(url));
		return {
			ok: data !== undefined,
			status: data ? 200 : 404,
			body: data ? streamOf([data]) : null,
		};
	} catch {
		return { ok: false, status: 404, body: null };
	}
};
