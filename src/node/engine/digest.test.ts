import { afterEach, describe, expect, it, vi } from 'vitest';
import { sha256Digest } from './digest.ts';

/** FIPS 180-4, the message of 448 bits. */
const message = 'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq';
const digest = 'sha256:248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1';
const chunks = ['', message.slice(0, 5), message.slice(5)].map((text) =>
	new TextEncoder().encode(text),
);

describe('the digest of chunks', () => {
	afterEach(() => void vi.unstubAllGlobals());

	it('is that of all their bytes', async () => expect(await sha256Digest(chunks)).toBe(digest));
	it('is the same where a page may not use the platform’s', async () => {
		vi.stubGlobal('crypto', {});
		expect(await sha256Digest(chunks)).toBe(digest);
	});
	it('is there without bytes, too', async () =>
		expect(await sha256Digest([])).toMatch(/^sha256:e3b0c44298fc/));
});
