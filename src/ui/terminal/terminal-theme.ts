import type { ITheme } from '@xterm/xterm';

/** Custom properties keep `light-dark(…)` as text; only a real colour property is resolved. */
function resolver(root: HTMLElement): { colour: (token: string) => string; done: () => void } {
	const probe = document.createElement('span');
	probe.hidden = true;
	root.append(probe);
	return {
		colour: (token) => {
			probe.style.color = `var(${token})`;
			return getComputedStyle(probe).color;
		},
		done: () => probe.remove(),
	};
}

/** xterm's colours from the page's tokens; the sea is dark in every theme. */
export function terminalTheme(root: HTMLElement): ITheme {
	const { colour, done } = resolver(root);
	const theme: ITheme = {
		background: colour('--deep'),
		foreground: colour('--deep-ink'),
		cursor: '#f2c14e',
		cursorAccent: colour('--deep'),
		selectionBackground: '#3c6b7a',
		black: '#20363f',
		brightBlack: '#7f99a1',
		red: '#ff8a66',
		brightRed: '#ffab91',
		green: '#56cfa4',
		brightGreen: '#8be3c3',
		yellow: '#eebf55',
		brightYellow: '#f6d98f',
		blue: '#74bdf0',
		brightBlue: '#a5d6f7',
		magenta: '#dd9cc6',
		brightMagenta: '#ecc0dd',
		cyan: '#62cbd9',
		brightCyan: '#9be1ea',
		white: '#cfdcdf',
		brightWhite: '#ffffff',
	};
	done();
	return theme;
}
