import { sha256 as digest } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

const encoder = new TextEncoder();

export function sha256(text: string): Uint8Array {
	return digest(encoder.encode(text));
}

export function hex(bytes: Uint8Array): string {
	return bytesToHex(bytes);
}
