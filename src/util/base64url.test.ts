import { expect, it } from 'vitest';
import { fromBase64url, toBase64url } from './base64url.ts';

it('uses no sign that means something in an address, and comes back', () => {
	const bytes = Uint8Array.from({ length: 256 }, (_, index) => 255 - index);
	const text = toBase64url(bytes);
	expect(text).toMatch(/^[\w-]+$/);
	expect(text).toMatch(/-.*_|_.*-/);
	expect(fromBase64url(text)).toEqual(bytes);
	expect(() => fromBase64url('ä')).toThrow();
});
