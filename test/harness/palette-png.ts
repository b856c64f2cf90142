import { deflateSync } from 'node:zlib';

/** The checksum that ends each part of a PNG. */
function crc32(bytes: Buffer): number {
	let crc = ~0;
	for (const byte of bytes) {
		crc ^= byte;
		for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc >>> 0;
}

function part(name: string, data: Buffer): Buffer {
	const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
	const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
	length.writeUInt32BE(data.length);
	checksum.writeUInt32BE(crc32(named));
	return Buffer.concat([length, named, checksum]);
}

/** A PNG of at most 256 colours: three bytes each in `palette`, one index for each pixel. */
export function palettePng(width: number, palette: Buffer, pixels: Buffer): Buffer {
	const height = pixels.length / width;
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	// Eight bits a pixel, which are an index.
	header.set([8, 3], 8);
	const rows = Array.from({ length: height }, (_, y) => [
		Buffer.of(0),
		pixels.subarray(y * width, (y + 1) * width),
	]).flat();
	return Buffer.concat([
		Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
		part('IHDR', header),
		part('PLTE', palette),
		part('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })),
		part('IEND', Buffer.of()),
	]);
}
