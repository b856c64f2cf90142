import { fromBase64url, toBase64url } from './base64url.ts';

/** A text made short enough for the part of an address behind `#`. */
export async function packText(text: string): Promise<string> {
	const packed = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
	return toBase64url(new Uint8Array(await new Response(packed).arrayBuffer()));
}

/** Undefined for what {@link packText} has not written, and for what grows beyond so many bytes. */
export async function unpackText(packed: string, mostBytes: number): Promise<string | undefined> {
	try {
		const blob = new Blob([fromBase64url(packed)]);
		const reader = blob.stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
		const parts: Uint8Array<ArrayBuffer>[] = [];
		let size = 0;
		for (let next = await reader.read(); !next.done; next = await reader.read()) {
			size += next.value.length;
			if (size > mostBytes) return undefined;
			parts.push(next.value);
		}
		return await new Blob(parts).text();
	} catch {
		return undefined;
	}
}
