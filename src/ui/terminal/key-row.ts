/** A key of the row below the terminal: what stands on it, and what the terminal sends for it. */
export interface RowKey {
	label: string;
	data: string;
	/** What it is called where the label is only a sign. */
	name?: string;
}

const escape = '\x1b';

/** What keyboards on a screen lack, or hide behind others. */
export const rowKeys: readonly RowKey[] = [
	{ label: 'Esc', data: escape },
	{ label: 'Tab', data: '\t' },
	{ label: '↑', data: `${escape}[A`, name: 'ArrowUp' },
	{ label: '↓', data: `${escape}[B`, name: 'ArrowDown' },
	{ label: '←', data: `${escape}[D`, name: 'ArrowLeft' },
	{ label: '→', data: `${escape}[C`, name: 'ArrowRight' },
	{ label: '|', data: '|' },
	{ label: '/', data: '/' },
	{ label: '-', data: '-' },
	{ label: '~', data: '~' },
];

/** Signs whose control character is not the one five bits lower. */
const signs: Readonly<Record<string, string>> = {
	' ': '\0',
	'/': '\x1f',
	'-': '\x1f',
	'~': '\x1e',
	'|': '\x1c',
	'?': '\x7f',
};

/** What a terminal sends for a key while Ctrl is held; as it is, where Ctrl changes nothing. */
export function withCtrl(data: string): string {
	const sign = signs[data];
	if (sign !== undefined) return sign;
	if (/^[A-Za-z@[\\\]^_]$/.test(data)) return String.fromCharCode(data.charCodeAt(0) & 0x1f);
	return data.startsWith(`${escape}[`) ? `${escape}[1;5${data.slice(2)}` : data;
}

export interface HeldCtrl {
	release(): void;
}

const typing = [
	'keydown',
	'keypress',
	'beforeinput',
	'input',
	'compositionstart',
	'compositionupdate',
	'compositionend',
] as const;
const modifiers = ['Shift', 'Control', 'Alt', 'Meta', 'CapsLock'];

/** What is being composed in the field is done with. */
function endComposition(field: HTMLElement): void {
	field.blur();
	field.focus();
}

/**
 * Keeps the next key that is typed into `place` from the terminal and hands over what Ctrl makes of it; a key like Enter
 * goes its way, and nothing is handed over. Keyboards on screens do not say which key was pressed: what they write is taken
 * out of the field again.
 */
export function holdCtrl(place: HTMLElement, ondone: (data: string | undefined) => void): HeldCtrl {
	// Above everybody who listens for keys in the terminal.
	const release = () => typing.forEach((type) => window.removeEventListener(type, hear, true));
	function done(character?: string): void {
		release();
		ondone(character === undefined ? undefined : withCtrl(character));
	}
	/** An input follows that says what it was. */
	const isUntold = ({ isComposing, keyCode, key }: KeyboardEvent) =>
		isComposing || keyCode === 229 || key === 'Unidentified';
	/** Answers whether the terminal may have it. */
	function onKeyDown(event: KeyboardEvent): boolean {
		if (isUntold(event)) return false;
		if (event.key.length !== 1) {
			if (!modifiers.includes(event.key)) done();
			return true;
		}
		event.preventDefault();
		done(event.key);
		return false;
	}
	function onInput(event: InputEvent, field: HTMLTextAreaElement): void {
		const character = [...(event.data ?? '')].at(-1);
		field.value = '';
		if (event.isComposing) endComposition(field);
		if (character !== undefined) done(character);
	}
	function hear(event: Event): void {
		const { target } = event;
		if (!(target instanceof HTMLTextAreaElement) || !place.contains(target)) return;
		if (event instanceof KeyboardEvent && event.type === 'keydown' && onKeyDown(event)) return;
		event.stopImmediatePropagation();
		if (event instanceof InputEvent && event.type === 'input') onInput(event, target);
	}
	const { activeElement } = document;
	if (activeElement instanceof HTMLElement && place.contains(activeElement))
		endComposition(activeElement);
	for (const type of typing) window.addEventListener(type, hear, true);
	return { release };
}
