import type { Page } from 'playwright-core';
import { palettePng } from './palette-png.ts';

export interface Difference {
	/** The share of pixels that are plainly another colour. */
	share: number;
	/** The same within the square of 16 pixels that has most of them: one icon in another place. */
	densest: number;
	/** Both images of one size? */
	sameSize: boolean;
	/** A PNG: what differs in red over the pale image. */
	picture: Buffer;
}

/** How far a channel of a pixel may be off: more than rounding, less than another token. */
const channelTolerance = 24;

/** Compares two PNGs in the browser, which can read them. */
export async function imageDifference(
	page: Page,
	wanted: Buffer,
	seen: Buffer,
): Promise<Difference> {
	const { picture, ...rest } = await page.evaluate(
		async ({ images, tolerance }) => {
			const pixels = images.map(async (base64) => {
				const blob = await (await fetch(`data:image/png;base64,${base64}`)).blob();
				const bitmap = await createImageBitmap(blob, { colorSpaceConversion: 'none' });
				const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
				const context = canvas.getContext('2d');
				context?.drawImage(bitmap, 0, 0);
				return context?.getImageData(0, 0, bitmap.width, bitmap.height);
			});
			const [a, b] = await Promise.all(pixels);
			if (!a || !b) throw new Error('no canvas');
			const sameSize = a.width === b.width && a.height === b.height;
			const canvas = new OffscreenCanvas(b.width, b.height);
			const context = canvas.getContext('2d');
			const drawn = new ImageData(b.width, b.height);
			const columns = Math.ceil(b.width / 16);
			const squares = new Uint16Array(columns * Math.ceil(b.height / 16));
			let count = 0;
			for (let y = 0; y < b.height; y++) {
				for (let x = 0; x < b.width; x++) {
					const at = 4 * (y * b.width + x);
					const other = x < a.width && y < a.height ? 4 * (y * a.width + x) : undefined;
					const isOff = [0, 1, 2].some(
						(channel) =>
							other === undefined ||
							Math.abs((a.data[other + channel] ?? 0) - (b.data[at + channel] ?? 0)) > tolerance,
					);
					const grey = 0.3 * (b.data[at] ?? 0) + 0.6 * (b.data[at + 1] ?? 0);
					const pale = 230 + grey / 10;
					drawn.data.set(isOff ? [220, 0, 0, 255] : [pale, pale, pale, 255], at);
					if (!isOff) continue;
					count++;
					const square = Math.floor(y / 16) * columns + Math.floor(x / 16);
					squares[square] = (squares[square] ?? 0) + 1;
				}
			}
			context?.putImageData(drawn, 0, 0);
			const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
			return {
				share: count / (b.width * b.height),
				densest: Math.max(...squares) / 256,
				sameSize,
				picture: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')),
			};
		},
		{
			images: [wanted, seen].map((image) => image.toString('base64')),
			tolerance: channelTolerance,
		},
	);
	return { ...rest, picture: Buffer.from(picture, 'base64') };
}

/** How far a channel may be moved to save a colour: not seen, and far from being a difference. */
const roundedBy = 10;

/** The image with at most 256 colours, the frequent ones as they are: a third of the bytes. */
export async function small(page: Page, png: Buffer): Promise<Buffer> {
	const { width, palette, pixels } = await page.evaluate(
		async ({ image, tolerance }) => {
			const blob = await (await fetch(`data:image/png;base64,${image}`)).blob();
			const bitmap = await createImageBitmap(blob, { colorSpaceConversion: 'none' });
			const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
			context?.drawImage(bitmap, 0, 0);
			const drawn = context?.getImageData(0, 0, bitmap.width, bitmap.height);
			if (!drawn) throw new Error('no canvas');
			const pixels = new Uint32Array(drawn.data.buffer);
			const counts = new Map<number, number>();
			for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
			const palette: number[][] = [];
			const places = new Map<number, number>();
			for (const [pixel] of [...counts].sort((a, b) => b[1] - a[1])) {
				const parts = [0, 8, 16].map((by) => (pixel >> by) & 255);
				const far = palette.map((one) =>
					Math.max(...one.map((part, channel) => Math.abs(part - (parts[channel] ?? 0)))),
				);
				const least = Math.min(...far);
				const isNew = least > tolerance && palette.length < 256;
				places.set(pixel, isNew ? palette.push(parts) - 1 : far.indexOf(least));
			}
			const indices = Array.from(pixels, (pixel) => String.fromCharCode(places.get(pixel) ?? 0));
			return { width: bitmap.width, palette: palette.flat(), pixels: btoa(indices.join('')) };
		},
		{ image: png.toString('base64'), tolerance: roundedBy },
	);
	return palettePng(width, Buffer.from(palette), Buffer.from(pixels, 'base64'));
}
