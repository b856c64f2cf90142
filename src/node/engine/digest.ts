import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { concatBytes } from '../agent/bytes.ts';

/**
 * `sha256:…` of bytes that come in chunks. The platform's own code does it where the page may use it (not on plain http):
 * on a busy machine code of the page is compiled late, and hashing the layers of one image took it many seconds.
 */
export async function sha256Digest(chunks: readonly Uint8Array<ArrayBuffer>[]): Promise<string> {
	const hash = crypto.subtle ? await platformHash(chunks) : ownHash(chunks);
	return `sha256:${bytesToHex(hash)}`;
}

async function platformHash(chunks: readonly Uint8Array<ArrayBuffer>[]): Promise<Uint8Array> {
	return new Uint8Array(await crypto.subtle.digest('SHA-256', concatBytes(chunks)));
}

function ownHash(chunks: readonly Uint8Array[]): Uint8Array {
	const hash = sha256.create();
	for (const chunk of chunks) hash.update(chunk);
	return hash.digest();
}
