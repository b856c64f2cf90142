/** One key or a run of letters, as it is shown. */
export interface Pressed {
	id: number;
	text: string;
	/** A key with a name of its own, which ends a run of letters. */
	named: boolean;
	/** How often in a row. */
	times: number;
}

const modifiers = ['Control', 'Alt', 'Meta', 'AltGraph'];
const unseen = [...modifiers, 'Shift', 'CapsLock', 'NumLock', 'Process', 'Unidentified', 'Dead'];
const signs: Record<string, string> = {
	ArrowUp: '↑',
	ArrowDown: '↓',
	ArrowLeft: '←',
	ArrowRight: '→',
	Escape: 'Esc',
	PageDown: 'Page Down',
	PageUp: 'Page Up',
	' ': 'Space',
};

type Key = Pick<
	KeyboardEvent,
	'key' | 'ctrlKey' | 'altKey' | 'metaKey' | 'shiftKey' | 'isComposing'
>;

/** How a key is shown; undefined for one that says nothing by itself. */
export function nameOf(event: Key): { text: string; named: boolean } | undefined {
	const { key, ctrlKey, altKey, metaKey, shiftKey } = event;
	if (event.isComposing || unseen.includes(key)) return undefined;
	const together = [ctrlKey && 'Ctrl', altKey && 'Alt', metaKey && '⌘'].filter(Boolean);
	const letter = [...key].length === 1;
	// What is typed with AltGr is a letter like any other.
	if (letter && (together.length === 0 || (ctrlKey && altKey))) return { text: key, named: false };
	const shown = signs[key] ?? (letter ? key.toUpperCase() : key);
	const all = [...together, shiftKey && !letter && 'Shift', shown].filter(Boolean);
	return { text: all.join(' + '), named: true };
}

/** Letters join to words, and a key that is pressed again and again is counted. */
function join(last: Pressed, key: Pick<Pressed, 'text' | 'named'>): Pressed | undefined {
	if (!last.named && !key.named)
		return { ...last, text: (last.text + key.text).slice(-mostLetters) };
	const isSame = last.named && key.named && last.text === key.text;
	return isSame ? { ...last, times: last.times + 1 } : undefined;
}

const mostKeys = 5;
const mostLetters = 40;
const shownMs = 4000;

/** The keys that were pressed last, for those who only see the screen. */
export class KeyStrip {
	shown = $state(true);
	keys = $state.raw<readonly Pressed[]>([]);
	#count = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;

	press(event: Key): void {
		const key = nameOf(event);
		if (!key || !this.shown) return;
		const last = this.keys.at(-1);
		const joined = last && join(last, key);
		this.keys = joined
			? [...this.keys.slice(0, -1), joined]
			: [...this.keys, { id: this.#count++, times: 1, ...key }].slice(-mostKeys);
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => (this.keys = []), shownMs);
	}
	show(shown: boolean): void {
		this.shown = shown;
		this.keys = [];
	}
}
