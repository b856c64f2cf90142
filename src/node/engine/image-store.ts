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
	/** After daemon/images/image_delete.go: ImageDelete. */
	remove(text: string, users: readonly ImageUser[], force: boolean): Removal {
		const named = this.#byName(text);
		const image = this.get(text);
		if (named && !this.#isLastName(image, text)) return this.#untagOnly(image, text);
		if (named) refuseByName(image, text, users, force);
		else refuseById(image, text, users, force);
		return this.#delete(image);
	}
	#isLastName(image: Image, text: string): boolean {
		const names = parseReference(text).digest ? [] : image.tags;
		return names.length <= 1;
	}
	#untagOnly(image: Image, text: string): Removal {
		const reference = parseReference(text);
		this.#names.delete(canonicalString(reference));
		forget(image, reference);
		return { untagged: [familiarString(reference)], deleted: undefined };
	}
	#delete(image: Image): Removal {
		const untagged = [...image.tags, ...image.digests];
		for (const name of untagged) this.#names.delete(canonicalString(parseReference(name)));
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

function refuseByName(
	image: Image,
	text: string,
	users: readonly ImageUser[],
	force: boolean,
): void {
	const user = users[0];
	if (!user || force) return;
	const name = familiarString(parseReference(text));
	throw new EngineError(
		409,
		`conflict: unable to remove repository reference "${name}" (must force) - ` +
			`container ${short(user.id)} is using its referenced image ${short(image.id)}`,
	);
}

function refuseById(image: Image, text: string, users: readonly ImageUser[], force: boolean): void {
	const refuse = (how: string, why: string) =>
		new EngineError(409, `conflict: unable to delete ${short(image.id)} (${how}) - ${why}`);
	const running = users.find((user) => user.running);
	if (running)
		throw refuse(
			'cannot be forced',
			`image is being used by running container ${short(running.id)}`,
		);
	if (force) return;
	const repositories = new Set(image.tags.map((tag) => familiarName(parseReference(tag))));
	if (repositories.size > 1)
		throw refuse('must be forced', 'image is referenced in multiple repositories');
	if (users[0])
		throw refuse(
			'must be forced',
			`image is being used by stopped container ${short(users[0].id)}`,
		);
}
