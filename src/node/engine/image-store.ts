import type { Image } from '../../api/engine.ts';
import { EngineError } from '../../client/engine-error.ts';
import {
	canonicalString,
	familiarName,
	familiarString,
	parseReference,
	type Reference,
} from './reference.ts';

/** Who keeps an image from being removed. */
export interface ImageUser {
	id: string;
	running: boolean;
}

/** What `remove` took away; the layers of a deleted image are the caller's to release. */
export interface Removal {
	untagged: string[];
	deleted: Image | undefined;
}

/** The images of the node by id, and the names that point to them. */
export class ImageStore {
	readonly #images = new Map<string, Image>();
	/** Canonical name with tag or digest → id. */
	readonly #names = new Map<string, string>();

	list(): Image[] {
		return [...this.#images.values()].sort((a, b) => b.created - a.created);
	}
	add(image: Image): void {
		if (!this.#images.has(image.id)) this.#images.set(image.id, image);
	}
	/** By name, by digest, by id or the start of one. */
	find(text: string): Image | undefined {
		return this.#byName(text) ?? this.#byId(text);
	}
	get(text: string): Image {
		const image = this.find(text);
		if (image) return image;
		throw new EngineError(404, `No such image: ${shown(text)}`);
	}
	#byName(text: string): Image | undefined {
		const reference = tryParse(text);
		const id = reference && this.#names.get(canonicalString(reference));
		return id === undefined ? undefined : this.#images.get(id);
	}
	#byId(text: string): Image | undefined {
		const prefix = text.replace(/^sha256:/, '');
		if (!/^[0-9a-f]{1,64}$/.test(prefix)) return undefined;
		const found = [...this.#images.values()].filter((image) =>
			image.id.startsWith(`sha256:${prefix}`),
		);
		return found.length === 1 ? found[0] : undefined;
	}
	/** Points a name to the image; whatever had the name before loses it. */
	tag(image: Image, reference: Reference): void {
		const canonical = canonicalString(reference);
		const before = this.#images.get(this.#names.get(canonical) ?? '');
		if (before) forget(before, reference);
		this.#names.set(canonical, image.id);
		const list = reference.digest ? image.digests : image.tags;
		list.push(familiarString(reference));
	}
	/**
	 * By name it takes the name, and with its last name the image unless a container keeps it; by id it takes the
	 * image. After moby daemon/images/image_delete.go: ImageDelete.
	 */
	remove(text: string, users: readonly ImageUser[], force: boolean): Removal {
		const named = this.#byName(text);
		const image = this.get(text);
		if (!named) {
			refuseById(image, users, force);
			return this.#delete(image);
		}
		if (!force && isSingleReference(image)) refuseByName(image, text, users);
		const untagged = this.#untag(image, parseReference(text));
		const isKept = users.some((user) => user.running || !force);
		if (image.tags.length + image.digests.length > 0 || isKept)
			return { untagged, deleted: undefined };
		return { untagged, deleted: this.#delete(image).deleted };
	}
	/** With the last tag of a repository its digests go, too. */
	#untag(image: Image, reference: Reference): string[] {
		const repository = familiarName(reference);
		const isOf = (name: string) => familiarName(parseReference(name)) === repository;
		const gone = [familiarString(reference)];
		forget(image, reference);
		if (!reference.digest && !image.tags.some(isOf)) gone.push(...image.digests.filter(isOf));
		for (const name of gone) this.#forgetName(image, parseReference(name));
		return gone;
	}
	#forgetName(image: Image, reference: Reference): void {
		this.#names.delete(canonicalString(reference));
		forget(image, reference);
	}
	#delete(image: Image): Removal {
		const untagged = [...image.tags, ...image.digests];
		for (const name of untagged) this.#forgetName(image, parseReference(name));
		this.#images.delete(image.id);
		return { untagged, deleted: image };
	}
	snapshot(): Image[] {
		return structuredClone(this.list());
	}
}

function forget(image: Image, reference: Reference): void {
	const name = familiarString(reference);
	image.tags = image.tags.filter((tag) => tag !== name);
	image.digests = image.digests.filter((digest) => digest !== name);
}

function tryParse(text: string): Reference | undefined {
	try {
		return parseReference(text);
	} catch {
		return undefined;
	}
}

function shown(text: string): string {
	const reference = tryParse(text);
	return reference ? familiarString(reference) : text;
}

function short(id: string): string {
	return id.replace('sha256:', '').slice(0, 12);
}

/** One tag at most, and digests of its repository alone. */
function isSingleReference(image: Image): boolean {
	return image.tags.length <= 1 && repositories(image).size <= 1;
}

function repositories(image: Image): Set<string> {
	const names = [...image.tags, ...image.digests];
	return new Set(names.map((name) => familiarName(parseReference(name))));
}

function refuseByName(image: Image, text: string, users: readonly ImageUser[]): void {
	const user = users[0];
	if (!user) return;
	const name = familiarString(parseReference(text));
	throw new EngineError(
		409,
		`conflict: unable to remove repository reference "${name}" (must force) - ` +
			`container ${short(user.id)} is using its referenced image ${short(image.id)}`,
	);
}

function refuseById(image: Image, users: readonly ImageUser[], force: boolean): void {
	const refuse = (how: string, why: string) =>
		new EngineError(409, `conflict: unable to delete ${short(image.id)} (${how}) - ${why}`);
	const running = users.find((user) => user.running);
	if (running)
		throw refuse(
			'cannot be forced',
			`image is being used by running container ${short(running.id)}`,
		);
	if (force) return;
	if (!isSingleReference(image))
		throw refuse('must be forced', 'image is referenced in multiple repositories');
	if (users[0])
		throw refuse(
			'must be forced',
			`image is being used by stopped container ${short(users[0].id)}`,
		);
}
