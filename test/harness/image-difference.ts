import type { Page } from 'playwright-core';
import { palettePng } from './palette-png.ts';

export interface Difference {
	/** The share of pixels that are plainly another colour. */
	share: number;
	/** The same within the square of 16 pixels that has most of them: one icon in another place. */
	densest: number;
	/** Both images of one size? */
	sameSize: boolean;
	/** A PNG: what differs in red over the pale image; empty where nothing does. */
	picture: Buffer;
}

/** How far a channel of a pixel may be off: more than rounding, less than another token. */
const channelTolerance = 16;

/** Compares two PNGs in the browser, which can read them. */
export async function imageDifference(
	page: Page,
	wanted: Buffer,
	seen: Buffer,
): Promise<Difference> {
	const { picture, ...rest } = await page.evaluate(
		async ({ images, tolerance }) => {
			const [a, b] = await Promise.all(
				images.map(async (base64) => {
					const blob = await (await fetch(`data:image/png;base64,${base64}`)).blob();
					const bitmap = await createImageBitmap(blob, { colorSpaceConversion: 'none' });
					const { width, height } = bitmap;
					const canvas = new OffscreenCanvas(width, height);
					const context = canvas.getContext('2d', { willReadFrequently: true });
					context?.drawImage(bitmap, 0, 0);
					if (!context) throw new Error('no canvas');
					const { buffer } = context.getImageData(0, 0, width, height).data;
					return { width, height, bitmap, pixels: new Uint32Array(buffer) };
				}),
			);
			if (!a || !b) throw new Error('no canvas');
			const far = (one = 0, other = 0) =>
				[0, 8, 16].some((by) => Math.abs(((one >> by) & 255) - ((other >> by) & 255)) > tolerance);
			const off: number[] = [];
			for (let at = 0; at < b.pixels.length; at++) {
				const [x, y] = [at % b.width, Math.floor(at / b.width)];
				const wanted = x < a.width && y < a.height ? a.pixels[y * a.width + x] : undefined;
				if (wanted === b.pixels[at]) continue;
				if (wanted === undefined || far(wanted, b.pixels[at])) off.push(at);
			}
			const squares = new Map<number, number>();
			const canvas = new OffscreenCanvas(b.width, b.height);
			const context = canvas.getContext('2d');
			if (!context) throw new Error('no canvas');
			context.globalAlpha = 0.2;
			context.drawImage(b.bitmap, 0, 0);
			context.globalAlpha = 1;
			context.fillStyle = '#d00';
			for (const at of off) {
				const [x, y] = [at % b.width, Math.floor(at / b.width)];
				context.fillRect(x, y, 1, 1);
				const square = Math.floor(y / 16) * b.width + Math.floor(x / 16);
				squares.set(square, (squares.get(square) ?? 0) + 1);
			}
			let picture = '';
			if (off.length > 0) {
				const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
				picture = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
			}
			return {
				share: off.length / b.pixels.length,
				densest: Math.max(0, ...squares.values()) / 256,
				sameSize: a.width === b.width && a.height === b.height,
				picture,
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
const roundedBy = 8;

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
