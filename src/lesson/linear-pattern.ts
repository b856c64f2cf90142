/** After Thompson's construction: all ways through a pattern are followed at once, one character at a time. */

type Accepts = (char: string) => boolean;
type Assertion = 'start' | 'end' | 'word' | 'no-word';

type State =
	| { kind: 'char'; accepts: Accepts; next: number }
	| { kind: 'split'; next: number; other: number }
	| { kind: 'assert'; what: Assertion; next: number }
	| { kind: 'match' };

/** A piece of the machine: where it begins, and the ends that have to be tied to what follows. */
interface Fragment {
	start: number;
	ends: ((to: number) => void)[];
}

const mostStates = 2000;
const classes: Record<string, Accepts> = {
	d: (char) => char >= '0' && char <= '9',
	w: (char) => /^[A-Za-z0-9_]$/.test(char),
	s: (char) => /^\s$/.test(char),
};
const controls: Record<string, string> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', '0': '\0' };

class Unsupported extends Error {}

/** A pattern with literals, classes, groups, alternatives, repetitions and anchors, matched in linear time. */
export class LinearPattern {
	readonly #states: State[];
	readonly #start: number;
	readonly #lines: boolean;

	private constructor(states: State[], start: number, lines: boolean) {
		this.#states = states;
		this.#start = start;
		this.#lines = lines;
	}

	/** Undefined for what this matcher does not know, or for what would become too large. */
	static read(pattern: string, lines: boolean): LinearPattern | undefined {
		try {
			const reader = new Reader(pattern);
			const start = reader.all();
			return new LinearPattern(reader.states, start, lines);
		} catch (error) {
			if (error instanceof Unsupported) return undefined;
			throw error;
		}
	}

	test(text: string): boolean {
		const chars = [...text];
		let now = new Set<number>();
		for (let at = 0; at <= chars.length; at++) {
			// A match may begin at each place.
			if (this.#follow(this.#start, at, chars, now)) return true;
			const char = chars[at];
			if (char === undefined) break;
			const then = new Set<number>();
			for (const index of now) {
				const state = this.#states[index];
				if (state?.kind === 'char' && state.accepts(char))
					if (this.#follow(state.next, at + 1, chars, then)) return true;
			}
			now = then;
		}
		return false;
	}

	/** Adds everything that is reached without a character; true when that is the end of the pattern. */
	#follow(from: number, at: number, chars: readonly string[], into: Set<number>): boolean {
		const open = [from];
		for (let index = open.pop(); index !== undefined; index = open.pop()) {
			if (into.has(index)) continue;
			into.add(index);
			const state = this.#states[index];
			if (state?.kind === 'match') return true;
			if (state?.kind === 'split') open.push(state.next, state.other);
			if (state?.kind === 'assert' && this.#holds(state.what, at, chars)) open.push(state.next);
		}
		return false;
	}

	#holds(what: Assertion, at: number, chars: readonly string[]): boolean {
		const [before, after] = [chars[at - 1], chars[at]];
		if (what === 'start') return before === undefined || (this.#lines && before === '\n');
		if (what === 'end') return after === undefined || (this.#lines && after === '\n');
		const isWord = (char: string | undefined) =>
			char !== undefined && classes['w']?.(char) === true;
		return (isWord(before) !== isWord(after)) === (what === 'word');
	}
}

class Reader {
	readonly states: State[] = [];
	readonly #chars: readonly string[];
	#at = 0;

	constructor(pattern: string) {
		this.#chars = [...pattern];
	}

	all(): number {
		const whole = this.#alternatives();
		if (this.#at < this.#chars.length) throw new Unsupported();
		const match = this.#add({ kind: 'match' });
		for (const tie of whole.ends) tie(match);
		return whole.start;
	}

	#add(state: State): number {
		if (this.states.length >= mostStates) throw new Unsupported();
		return this.states.push(state) - 1;
	}
	#take(char: string): boolean {
		if (this.#chars[this.#at] !== char) return false;
		this.#at++;
		return true;
	}
	#next(): string {
		const char = this.#chars[this.#at++];
		if (char === undefined) throw new Unsupported();
		return char;
	}

	#alternatives(): Fragment {
		let left = this.#sequence();
		while (this.#take('|')) {
			const right = this.#sequence();
			const start = this.#add({ kind: 'split', next: left.start, other: right.start });
			left = { start, ends: [...left.ends, ...right.ends] };
		}
		return left;
	}

	#sequence(): Fragment {
		let whole = this.#nothing();
		while (this.#at < this.#chars.length && !['|', ')'].includes(this.#chars[this.#at] ?? '')) {
			const next = this.#repeated();
			for (const tie of whole.ends) tie(next.start);
			whole = { start: whole.start, ends: next.ends };
		}
		return whole;
	}

	#nothing(): Fragment {
		const state: State = { kind: 'split', next: -1, other: -1 };
		return { start: this.#add(state), ends: [(to) => (state.next = to)] };
	}

	#repeated(): Fragment {
		const from = this.#at;
		const one = this.#atom();
		const bounds = this.#bounds();
		if (!bounds) return one;
		this.#take('?');
		const { least, most } = bounds;
		if (least > 200 || (most !== undefined && most > 200)) throw new Unsupported();
		const to = this.#at;
		const again = () => {
			this.#at = from;
			return this.#atom();
		};
		const result = this.#times(one, again, least, most);
		this.#at = to;
		return result;
	}

	/** `one` is the first copy; further ones are read again. */
	#times(one: Fragment, again: () => Fragment, least: number, most: number | undefined): Fragment {
		let whole = this.#nothing();
		let copy: Fragment | undefined = one;
		const take = () => {
			const taken = copy ?? again();
			copy = undefined;
			return taken;
		};
		for (let count = 0; count < least; count++) whole = this.#then(whole, take());
		if (most === undefined) return this.#then(whole, this.#loop(take()));
		for (let count = least; count < most; count++) whole = this.#then(whole, this.#maybe(take()));
		return whole;
	}

	#then(first: Fragment, second: Fragment): Fragment {
		for (const tie of first.ends) tie(second.start);
		return { start: first.start, ends: second.ends };
	}
	#loop(body: Fragment): Fragment {
		const state: State = { kind: 'split', next: body.start, other: -1 };
		const start = this.#add(state);
		for (const tie of body.ends) tie(start);
		return { start, ends: [(to) => (state.other = to)] };
	}
	#maybe(body: Fragment): Fragment {
		const state: State = { kind: 'split', next: body.start, other: -1 };
		const start = this.#add(state);
		return { start, ends: [...body.ends, (to) => (state.other = to)] };
	}

	#bounds(): { least: number; most?: number } | undefined {
		if (this.#take('*')) return { least: 0 };
		if (this.#take('+')) return { least: 1 };
		if (this.#take('?')) return { least: 0, most: 1 };
		if (!this.#take('{')) return undefined;
		const end = this.#chars.indexOf('}', this.#at);
		const match = /^(\d+)(,?)(\d*)$/.exec(this.#chars.slice(this.#at, end).join(''));
		if (end === -1 || !match) throw new Unsupported();
		this.#at = end + 1;
		const [, least = '', comma = '', most = ''] = match;
		if (comma === '') return { least: Number(least), most: Number(least) };
		return most === '' ? { least: Number(least) } : { least: Number(least), most: Number(most) };
	}

	#atom(): Fragment {
		const char = this.#next();
		switch (char) {
			case '(':
				return this.#group();
			case '[':
				return this.#char(this.#class());
			case '.':
				return this.#char((one) => one !== '\n' && one !== '\r');
			case '^':
				return this.#assert('start');
			case '$':
				return this.#assert('end');
			case '\\':
				return this.#escape();
			case '*':
			case '+':
			case '?':
			case '{':
				throw new Unsupported();
			default:
				return this.#char((one) => one === char);
		}
	}
	#group(): Fragment {
		if (this.#take('?') && !this.#take(':')) throw new Unsupported();
		const inside = this.#alternatives();
		if (!this.#take(')')) throw new Unsupported();
		return inside;
	}
	#char(accepts: Accepts): Fragment {
		const state: State = { kind: 'char', accepts, next: -1 };
		return { start: this.#add(state), ends: [(to) => (state.next = to)] };
	}
	#assert(what: Assertion): Fragment {
		const state: State = { kind: 'assert', what, next: -1 };
		return { start: this.#add(state), ends: [(to) => (state.next = to)] };
	}
	#escape(): Fragment {
		const char = this.#next();
		if (char === 'b') return this.#assert('word');
		if (char === 'B') return this.#assert('no-word');
		return this.#char(this.#escaped(char));
	}
	/** What `\d`, `\n`, `\.` … stand for. */
	#escaped(char: string): Accepts {
		const known = classes[char.toLowerCase()];
		if (known) return char === char.toLowerCase() ? known : (one) => !known(one);
		const control = controls[char];
		if (control !== undefined) return (one) => one === control;
		if (/[A-Za-z0-9]/.test(char)) throw new Unsupported();
		return (one) => one === char;
	}

	#class(): Accepts {
		const negated = this.#take('^');
		const parts: Accepts[] = [];
		while (!this.#take(']')) parts.push(this.#classPart());
		return (char) => parts.some((part) => part(char)) !== negated;
	}
	#classPart(): Accepts {
		const from = this.#next();
		if (from === '\\') {
			const escaped = this.#next();
			const accepts = this.#escaped(escaped);
			// A range that begins with an escape is rare, and refused.
			if (this.#chars[this.#at] === '-' && this.#chars[this.#at + 1] !== ']')
				throw new Unsupported();
			return accepts;
		}
		if (this.#chars[this.#at] !== '-' || this.#chars[this.#at + 1] === ']')
			return (char) => char === from;
		this.#at++;
		const to = this.#next();
		if (to === '\\') throw new Unsupported();
		return (char) => char >= from && char <= to;
	}
}
