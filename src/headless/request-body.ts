import type { IncomingMessage } from 'node:http';
import { badRequest, requestEntityTooLarge } from '../client/status.ts';

/** After apiserver/pkg/server/config.go: MaxRequestBodyBytes. */
const maxBodyBytes = 3 * 1024 * 1024;

/** Throws when more is announced than is taken. */
export function checkLength({ headers }: IncomingMessage): void {
	if (Number(headers['content-length'] ?? 0) > maxBodyBytes)
		throw requestEntityTooLarge(maxBodyBytes);
}

/** The whole body. What comes after the limit is read and dropped, so that the client gets to hear of it. */
export function readBody(from: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
	return new Promise((resolve, reject) => {
		let chunks: Buffer[] = [];
		let size = 0;
		from.on('data', (chunk: Buffer) => {
			size += chunk.length;
			if (size <= maxBodyBytes) chunks.push(chunk);
			else {
				chunks = [];
				reject(requestEntityTooLarge(maxBodyBytes));
			}
		});
		const cut = () => reject(badRequest('the request ended before its body'));
		from.once('close', cut);
		from.once('end', () => {
			from.off('close', cut);
			resolve(new Uint8Array(Buffer.concat(chunks)));
		});
		from.once('error', reject);
	});
}
