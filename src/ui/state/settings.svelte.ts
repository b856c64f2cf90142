import { machineMemory } from '../../api/node.ts';
import { maxNodes, memorySizes } from '../../cluster/topology.ts';
import type { Locale } from '../../lesson/lesson.ts';
import { knownLocale, site } from '../pages/site.ts';

export type Theme = 'auto' | 'light' | 'dark' | 'contrast';
export const themes: readonly Theme[] = ['auto', 'light', 'dark', 'contrast'];
export const textSizes: readonly number[] = [15, 16, 18, 20, 22];

interface Stored {
	theme: Theme;
	locale: Locale;
	textSize: number;
	screenReader: boolean;
	terminalZoom: number;
	commandBox: boolean;
	shortcuts: boolean;
	nodes: number | 'lesson';
	memory: number;
}

const storageKey = 'drydock/settings';

/** Storage may be refused altogether inside a course page: then settings live until the page is closed. */
function readStored(): Partial<Stored> {
	try {
		return JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Stored>;
	} catch {
		return {};
	}
}

/** What the address asks for; there is none while pages are built. */
const asked = new URLSearchParams(typeof location === 'undefined' ? '' : location.search);

/** A page of the site is written in one language; elsewhere the address, the reader and the browser decide. */
function pickLocale(stored: Locale | undefined): Locale {
	if (typeof document === 'undefined') return 'en';
	const first = site.route ? document.documentElement.lang : asked.get('lang');
	const wishes = [first, stored, ...navigator.languages].map(knownLocale);
	return wishes.find((locale) => locale !== undefined) ?? 'en';
}

/** Sizes of the rack to choose from; `lesson` is what the lesson is written for. */
export const rackSizes: readonly Stored['nodes'][] = [
	'lesson',
	...Array.from({ length: maxNodes }, (_, index) => index + 1),
];

function pickNodes(stored: Stored['nodes'] | undefined): Stored['nodes'] {
	const wanted = asked.get('nodes') ?? stored;
	return rackSizes.find((size) => String(size) === String(wanted)) ?? 'lesson';
}

function pickMemory(stored: number | undefined): number {
	const wanted = Number(asked.get('memory') ?? stored);
	return memorySizes.find((size) => size === wanted) ?? machineMemory;
}

/** What the reader has chosen about the page itself. */
class Settings {
	theme = $state<Theme>('auto');
	locale = $state<Locale>('en');
	textSize = $state(16);
	/** xterm keeps a text copy of the screen for screen readers; costs speed. */
	screenReader = $state(false);
	/** Pixels that terminals are larger or smaller than goes with the text. */
	terminalZoom = $state(0);
	/** Commands are typed into a text field of the page instead of the terminal. */
	commandBox = $state(false);
	/** Single keys go from step to step; screen readers and voice input may want them for themselves. */
	shortcuts = $state(true);
	/** How many machines there are; another number takes another start of the page. */
	readonly nodes: Stored['nodes'];
	/** MB of each machine; chosen like their number. */
	readonly memory: number;
	/** A class reads along: type is large, whatever the reader has chosen for themselves. */
	presents = $state(false);
	/** False in a course page's frame: what that page asks for is not the reader's choice. */
	keeps = true;

	constructor() {
		const stored = readStored();
		this.theme = themes.find((theme) => theme === stored.theme) ?? 'auto';
		this.locale = pickLocale(stored.locale);
		this.textSize = textSizes.find((size) => size === stored.textSize) ?? 16;
		this.screenReader = stored.screenReader === true;
		this.terminalZoom = typeof stored.terminalZoom === 'number' ? stored.terminalZoom : 0;
		this.commandBox = stored.commandBox ?? this.screenReader;
		this.shortcuts = stored.shortcuts !== false;
		this.nodes = pickNodes(stored.nodes);
		this.memory = pickMemory(stored.memory);
	}
	/** Pixels of the page's text. */
	get shownTextSize(): number {
		return this.presents ? Math.max(24, this.textSize) : this.textSize;
	}
	get terminalSize(): number {
		const usual = this.presents ? this.shownTextSize : this.textSize - 3;
		return Math.min(32, Math.max(9, usual + this.terminalZoom));
	}
	/** Called inside an effect: writes the choice to the document and keeps it. */
	apply(root: HTMLElement): void {
		const { theme, locale, textSize, screenReader, terminalZoom, commandBox, shortcuts } = this;
		const { nodes, memory } = this;
		root.lang = locale;
		if (theme === 'auto') delete root.dataset['theme'];
		else root.dataset['theme'] = theme;
		root.style.setProperty('--text-size', `${this.shownTextSize}px`);
		if (!this.keeps) return;
		try {
			const stored: Stored = {
				theme,
				locale,
				textSize,
				screenReader,
				terminalZoom,
				commandBox,
				shortcuts,
				nodes,
				memory,
			};
			localStorage.setItem(storageKey, JSON.stringify(stored));
		} catch {
			// Nothing is lost that was promised.
		}
	}
}

export const settings = new Settings();
