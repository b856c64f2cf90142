/** Colours of the international signal flags. */
export type Dye = 'red' | 'blue' | 'yellow' | 'white' | 'black';

/** A shape of a flag in a square of 12 units: a path and its dye. */
export type Shape = [dye: Dye, path: string];

const all = 'M0 0h12v12H0z';
const diamond = 'M6 0l6 6-6 6-6-6z';
const cross = 'M4.5 0h3v4.5H12v3H7.5V12h-3V7.5H0v-3h4.5z';
const saltire = 'M0 0h2.2L6 3.8 9.8 0H12v2.2L8.2 6 12 9.8V12H9.8L6 8.2 2.2 12H0V9.8L3.8 6 0 2.2z';
const disc = 'M6 3.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 1 0 0-5.6z';
const inner = 'M3.4 3.4h5.2v5.2H3.4z';
const bands = (from: number, height: number) => `M0 ${from}h12v${height}H0z`;
const pales = (from: number, width: number) => `M${from} 0h${width}v12h-${width}z`;

/** The 26 letters, simplified to be told apart at 14 pixels. */
export const flagShapes: Record<string, Shape[]> = {
	A: [
		['white', 'M0 0h12L8.5 6 12 12H0z'],
		['blue', 'M5 0h7L8.5 6 12 12H5z'],
	],
	B: [['red', 'M0 0h12L8.5 6 12 12H0z']],
	C: [
		['blue', all],
		['white', bands(2.4, 7.2)],
		['red', bands(4.8, 2.4)],
	],
	D: [
		['yellow', all],
		['blue', bands(3, 6)],
	],
	E: [
		['blue', bands(0, 6)],
		['red', bands(6, 6)],
	],
	F: [
		['white', all],
		['red', diamond],
	],
	G: [
		['yellow', all],
		['blue', 'M2 0h2v12H2zM6 0h2v12H6zM10 0h2v12h-2z'],
	],
	H: [
		['white', pales(0, 6)],
		['red', pales(6, 6)],
	],
	I: [
		['yellow', all],
		['black', disc],
	],
	J: [
		['blue', all],
		['white', bands(4, 4)],
	],
	K: [
		['yellow', pales(0, 6)],
		['blue', pales(6, 6)],
	],
	L: [
		['yellow', all],
		['black', 'M6 0h6v6H6zM0 6h6v6H0z'],
	],
	M: [
		['blue', all],
		['white', saltire],
	],
	N: [
		['white', all],
		[
			'blue',
			'M0 0h3v3H0zM6 0h3v3H6zM3 3h3v3H3zM9 3h3v3H9zM0 6h3v3H0zM6 6h3v3H6zM3 9h3v3H3zM9 9h3v3H9z',
		],
	],
	O: [
		['red', all],
		['yellow', 'M0 0v12h12z'],
	],
	P: [
		['blue', all],
		['white', inner],
	],
	Q: [['yellow', all]],
	R: [
		['red', all],
		['yellow', cross],
	],
	S: [
		['white', all],
		['blue', inner],
	],
	T: [
		['red', pales(0, 4)],
		['white', pales(4, 4)],
		['blue', pales(8, 4)],
	],
	U: [
		['white', all],
		['red', 'M0 0h6v6H0zM6 6h6v6H6z'],
	],
	V: [
		['white', all],
		['red', saltire],
	],
	W: [
		['blue', all],
		['white', 'M2 2h8v8H2z'],
		['red', 'M4 4h4v4H4z'],
	],
	X: [
		['white', all],
		['blue', cross],
	],
	Y: [
		['yellow', all],
		[
			'red',
			'M0 0h2.4L0 2.4zM4.8 0h2.4L0 7.2V4.8zM9.6 0H12L0 12V9.6zM12 2.4v2.4L4.8 12H2.4zM12 7.2v2.4L9.6 12H7.2z',
		],
	],
	Z: [
		['black', 'M0 0l6 6-6 6z'],
		['yellow', 'M0 0h12L6 6z'],
		['blue', 'M12 0v12L6 6z'],
		['red', 'M0 12h12L6 6z'],
	],
};
