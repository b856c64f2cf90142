import { setOwn } from '../../util/own.ts';
import { asDict, isDict, type Dict } from './json-value.ts';

/**
 * A set of field paths as a tree; elements are spelled as in FieldsV1 (`f:name`, `k:{"name":"x"}`, `v:"x"`).
 * After structured-merge-diff/fieldpath: Set
 */
export class FieldSet {
	/** Whether the path that leads here is itself in the set. */
	member = false;
	readonly children = new Map<string, FieldSet>();

	/** Reads the FieldsV1 form; every leaf is a member. */
	static parse(value: unknown): FieldSet {
		const set = new FieldSet();
		for (const [element, below] of Object.entries(isDict(value) ? value : {})) {
			if (element === '.') {
				set.member = true;
				continue;
			}
			const child = FieldSet.parse(below);
			if (child.children.size === 0) child.member = true;
			set.children.set(element, child);
		}
		return set;
	}

	get empty(): boolean {
		return !this.member && this.children.size === 0;
	}

	child(element: string): FieldSet {
		let child = this.children.get(element);
		if (!child) this.children.set(element, (child = new FieldSet()));
		return child;
	}

	toJson(): Dict {
		const out: Dict = {};
		if (this.member && this.children.size > 0) out['.'] = {};
		for (const element of [...this.children.keys()].sort())
			setOwn(out, element, this.children.get(element)?.toJson());
		return out;
	}

	/** Adds every path of another set. */
	add(other: FieldSet): void {
		if (other.member) this.member = true;
		for (const [element, below] of other.children) this.child(element).add(below);
	}

	/** Takes the paths of another set out; with `below` also everything under them. */
	remove(other: FieldSet, below = false): void {
		if (other.member) {
			this.member = false;
			if (below) this.children.clear();
		}
		for (const [element, theirs] of other.children) {
			const mine = this.children.get(element);
			if (!mine) continue;
			mine.remove(theirs, below);
			if (mine.empty) this.children.delete(element);
		}
	}

	/** Paths in both sets. */
	intersect(other: FieldSet): FieldSet {
		const out = new FieldSet();
		out.member = this.member && other.member;
		for (const [element, mine] of this.children) {
			const theirs = other.children.get(element);
			if (!theirs) continue;
			const both = mine.intersect(theirs);
			if (!both.empty) out.children.set(element, both);
		}
		return out;
	}

	equals(other: FieldSet): boolean {
		if (this.member !== other.member || this.children.size !== other.children.size) return false;
		for (const [element, mine] of this.children) {
			const theirs = other.children.get(element);
			if (!theirs || !mine.equals(theirs)) return false;
		}
		return true;
	}

	/** Member paths as messages show them: `.spec.containers[name="web"].image`. */
	paths(prefix = ''): string[] {
		const own = this.member ? [prefix] : [];
		const below = [...this.children].flatMap(([element, child]) =>
			child.paths(prefix + elementText(element)),
		);
		return [...own, ...below];
	}
}

function elementText(element: string): string {
	const rest = element.slice(2);
	if (element.startsWith('f:')) return `.${rest}`;
	if (!element.startsWith('k:')) return `[=${rest}]`;
	const keys = keysIn(rest);
	if (!keys) return `[${rest}]`;
	const parts = Object.keys(keys)
		.sort()
		.map((key) => `${key}=${JSON.stringify(keys[key])}`);
	return `[${parts.join(',')}]`;
}

/** A client may have written anything. */
function keysIn(text: string): Dict | undefined {
	try {
		return asDict(JSON.parse(text));
	} catch {
		return undefined;
	}
}
