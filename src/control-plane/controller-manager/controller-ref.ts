import type { KubeObject, LabelSelector, OwnerReference } from '../../api/kubernetes.ts';
import type { ResourceClient } from '../../client/rest.ts';
import { matchLabels } from '../../client/selectors.ts';
import { isNotFound } from '../../client/status.ts';

/** The owner that manages an object, if any. After apimachinery/pkg/apis/meta/v1: GetControllerOf */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
	return object.metadata.ownerReferences?.find(({ controller }) => controller);
}

/** The reference that makes `owner` an object's controller. */
export function controllerRefTo(owner: KubeObject): OwnerReference {
	const { apiVersion, kind } = owner;
	const { name, uid } = owner.metadata;
	return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/**
 * Sorts out which objects belong to a controller: adopts orphans that its selector matches,
 * releases its own that no longer match. After pkg/controller/controller_ref_manager.go
 */
export class ControllerRefManager<T extends KubeObject> {
	readonly #client: ResourceClient<T>;
	readonly #controller: KubeObject;
	readonly #selector: LabelSelector;
	readonly #canAdopt: () => Promise<boolean>;
	#adoption: Promise<boolean> | undefined;

	/** `canAdopt` asks the server whether the controller still lives; it is asked once at most. */
	constructor(
		client: ResourceClient<T>,
		controller: KubeObject,
		selector: LabelSelector,
		canAdopt: () => Promise<boolean>,
	) {
		this.#client = client;
		this.#controller = controller;
		this.#selector = selector;
		this.#canAdopt = canAdopt;
	}
	/** The objects that belong to the controller after adoption and release. */
	async claim(candidates: T[]): Promise<T[]> {
		const claims = candidates.map((object) => this.#claim(object));
		return (await Promise.all(claims)).flatMap((object) => object ?? []);
	}
	async #claim(object: T): Promise<T | undefined> {
		const controller = controllerOf(object);
		const matches = matchLabels(this.#selector, object.metadata.labels);
		const { uid, deletionTimestamp } = this.#controller.metadata;
		if (controller) {
			if (controller.uid !== uid) return undefined;
			if (matches) return object;
			if (deletionTimestamp === undefined) await this.#release(object);
			return undefined;
		}
		if (deletionTimestamp !== undefined || !matches) return undefined;
		if (object.metadata.deletionTimestamp !== undefined) return undefined;
		return this.#adopt(object);
	}
	async #adopt(object: T): Promise<T | undefined> {
		this.#adoption ??= this.#canAdopt();
		if (!(await this.#adoption)) return undefined;
		const others = object.metadata.ownerReferences ?? [];
		return this.#setOwners(object, [...others, controllerRefTo(this.#controller)]);
	}
	async #release(object: T): Promise<void> {
		const { uid } = this.#controller.metadata;
		const others = object.metadata.ownerReferences ?? [];
		await this.#setOwners(
			object,
			others.filter((owner) => owner.uid !== uid),
		);
	}
	/**
	 * The revision in the patch makes a concurrent change of the owners a conflict, after which the whole claim
	 * is to be made again from a newer copy. One that is gone belongs to nobody.
	 */
	async #setOwners(object: T, owners: OwnerReference[]): Promise<T | undefined> {
		const { name, uid, resourceVersion } = object.metadata;
		const ownerReferences = owners.length ? owners : null;
		try {
			const patch = { metadata: { uid, resourceVersion, ownerReferences } };
			return await this.#client.patch(name, patch, 'merge');
		} catch (error) {
			if (isNotFound(error)) return undefined;
			throw error;
		}
	}
}
