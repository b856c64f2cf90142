import type { KubeObject } from '../../api/kubernetes.ts';
import type { Resource } from '../../client/resources.ts';
import {
	alreadyExists,
	conflict,
	invalid,
	methodNotSupported,
	notFound,
	unknown,
	type Cause,
} from '../../client/status.ts';
import { rfc3339 } from '../../client/time.ts';
import { randomSuffix, uuid } from '../../util/rng.ts';
import type { Etcd } from '../etcd/etcd.ts';
import type { KeyValue } from '../etcd/key-value.ts';
import { Codec, withRevision } from './codec.ts';
import { DeletionPlan, type DeleteOptions } from './deletion.ts';
import { invalidValue, printed } from './field-error.ts';
import { equalJson, exceeds, omit } from './json-value.ts';
import type { Ownership } from './ownership.ts';
import type { Context, Strategy } from './strategy.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './validate-meta.ts';

export interface WriteOptions {
	dryRun: boolean;
	/** Records who owns which field; absent for writes of the server itself. */
	ownership?: Ownership;
	/** Which part of the object is written; the empty string is all but status. */
	subresource: string;
}

interface DeleteResult {
	object: KubeObject;
	/** False while the object is still there: grace period or finalizers. */
	gone: boolean;
}

/** The checks around a kind that look at other objects. After apiserver/pkg/admission */
export type Admission = (
	operation: 'CREATE' | 'UPDATE' | 'DELETE',
	resource: Resource,
	object: KubeObject,
) => void;

interface RegistryParts {
	resource: Resource;
	strategy: Strategy;
	/** Key prefix in the store, ending in a slash. */
	prefix: string;
	etcd: Etcd;
	context: Context;
	admit: Admission;
	/** Why no object can be created. */
	refusal?: string;
}

/**
 * The stored objects of one resource and the rules every write to them goes through. All calls are synchronous, so a read
 * and the write based on it cannot be interleaved with another client's.
 * After apiserver/pkg/registry/generic/registry/store.go
 */
export class Registry {
	readonly resource: Resource;
	readonly strategy: Strategy;
	readonly prefix: string;
	readonly codec = new Codec();
	readonly #etcd: Etcd;
	readonly #context: Context;
	readonly #admit: Admission;
	readonly #refusal: string | undefined;

	constructor(parts: RegistryParts) {
		this.resource = parts.resource;
		this.strategy = parts.strategy;
		this.prefix = parts.prefix;
		this.#etcd = parts.etcd;
		this.#context = parts.context;
		this.#admit = parts.admit;
		this.#refusal = parts.refusal;
	}

	key(namespace: string, name: string): string {
		return this.resource.namespaced ? `${this.prefix}${namespace}/${name}` : this.prefix + name;
	}

	find(namespace: string, name: string): KeyValue | undefined {
		return this.#etcd.get(this.key(namespace, name));
	}

	/** Throws NotFound when there is no such object. */
	kv(namespace: string, name: string): KeyValue {
		const kv = this.find(namespace, name);
		if (!kv) throw notFound(this.resource, name);
		return kv;
	}

	get(namespace: string, name: string): KubeObject {
		return this.codec.object(this.kv(namespace, name));
	}

	all(): KubeObject[] {
		return this.#etcd.range(this.prefix).kvs.map((kv) => this.codec.object(kv));
	}

	/** Stores a fresh object; what comes back is what is stored. */
	create(object: KubeObject, options: WriteOptions): KubeObject {
		const { strategy, resource } = this;
		if (this.#refusal) {
			const why = `${resource.resource} cannot be created: ${this.#refusal}`;
			throw methodNotSupported(resource, 'create', why);
		}
		this.#fillNew(object);
		strategy.defaults?.(object);
		if (strategy.generation) object.metadata.generation = 1;
		strategy.prepareForCreate?.(object, this.#context);
		this.#admit('CREATE', resource, object);
		this.#refuse(object.metadata.name || object.metadata.generateName || '', [
			...validateObjectMeta(object, strategy.name, resource.namespaced),
			...(strategy.validate?.(object, this.#context) ?? []),
		]);
		options.ownership?.record(object, undefined, options.subresource);
		const key = this.key(object.metadata.namespace ?? '', object.metadata.name);
		if (this.#etcd.get(key)) throw alreadyExists(resource, object.metadata.name);
		if (options.dryRun) return object;
		return this.#store(key, object, 0);
	}

	/** Replaces an object by what `produce` makes of it; a write that changes nothing is not one. */
	update(
		namespace: string,
		name: string,
		produce: (old: KubeObject) => KubeObject,
		options: WriteOptions,
	): KubeObject {
		const kv = this.kv(namespace, name);
		const old = this.codec.object(kv);
		const object = produce(old);
		this.#matchOld(object, old);
		this.#prepareUpdate(object, old, options);
		this.#admit('UPDATE', this.resource, object);
		this.#refuse(name, [
			...validateObjectMetaUpdate(object, old),
			...(options.subresource === '' ? this.#updateCauses(object, old) : []),
		]);
		options.ownership?.record(object, old, options.subresource);
		if (equalJson(object, old)) return old;
		if (options.dryRun) return object;
		if (this.#deletionIsDue(object)) return this.#remove(kv, object);
		return this.#store(kv.key, object, kv.modRevision);
	}

	delete(namespace: string, name: string, options: DeleteOptions): DeleteResult {
		const kv = this.kv(namespace, name);
		const old = this.codec.object(kv);
		this.#admit('DELETE', this.resource, old);
		const plan = new DeletionPlan(old, this.strategy, options, this.#context.clock.now());
		plan.checkPreconditions(this.resource);
		if (plan.object === undefined) {
			if (options.dryRun) return { object: old, gone: true };
			return { object: this.#remove(kv, old), gone: true };
		}
		if (options.dryRun || equalJson(plan.object, old)) return { object: plan.object, gone: false };
		return { object: this.#store(kv.key, plan.object, kv.modRevision), gone: false };
	}

	#fillNew(object: KubeObject): void {
		const { metadata } = object;
		if (metadata.resourceVersion)
			throw unknown('resourceVersion should not be set on objects to be created');
		if (!metadata.name && metadata.generateName)
			metadata.name = metadata.generateName.slice(0, 58) + randomSuffix(this.#context.rng, 5);
		metadata.uid = uuid(this.#context.rng);
		metadata.creationTimestamp = rfc3339(this.#context.clock.now());
		delete metadata.deletionTimestamp;
		delete metadata.deletionGracePeriodSeconds;
		delete metadata.generation;
	}

	/** A PUT says by its uid which object it means. After apiserver/pkg/storage/interfaces.go: Preconditions.Check */
	checkUid(uid: string | undefined, { metadata }: KubeObject): void {
		if (!uid || uid === metadata.uid) return;
		const key = this.key(metadata.namespace ?? '', metadata.name);
		const text = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`;
		throw conflict(
			this.resource,
			metadata.name,
			`StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${text}`,
		);
	}

	/** After apiserver/pkg/registry/rest/update.go: BeforeUpdate */
	#matchOld(object: KubeObject, old: KubeObject): void {
		const { metadata } = object;
		const before = old.metadata;
		if (!metadata.resourceVersion) {
			if (this.strategy.unconditionalUpdate === false)
				this.#refuse(before.name, [
					invalidValue(
						'metadata.resourceVersion',
						printed('0x0'),
						'must be specified for an update',
					),
				]);
			metadata.resourceVersion = before.resourceVersion;
		}
		if (metadata.resourceVersion !== before.resourceVersion)
			throw conflict(this.resource, before.name);
		metadata.uid ||= before.uid;
		metadata.creationTimestamp = before.creationTimestamp;
		keep(metadata, before, 'deletionTimestamp');
		keep(metadata, before, 'deletionGracePeriodSeconds');
		keep(metadata, before, 'generation');
		if (!metadata.managedFields) keep(metadata, before, 'managedFields');
	}

	#updateCauses(object: KubeObject, old: KubeObject): Cause[] {
		const { strategy } = this;
		return [
			...(strategy.validate?.(object, this.#context) ?? []),
			...(strategy.validateUpdate?.(object, old, this.#context) ?? []),
		];
	}

	#prepareUpdate(object: KubeObject, old: KubeObject, options: WriteOptions): void {
		const { strategy } = this;
		const now = object as unknown as Record<string, unknown>;
		const before = old as unknown as Record<string, unknown>;
		if (strategy.status && options.subresource === 'status') {
			for (const field of Object.keys({ ...now, ...before }))
				if (!['apiVersion', 'kind', 'metadata', 'status'].includes(field)) keep(now, before, field);
			for (const field of strategy.statusKeeps ?? []) keep(object.metadata, old.metadata, field);
			return;
		}
		if (options.subresource === '') {
			if (strategy.status) keep(now, before, 'status');
			strategy.defaults?.(object);
			strategy.prepareForUpdate?.(object, old, this.#context);
		}
		if (strategy.generation && !equalJson(body(now), body(before)))
			object.metadata.generation = (old.metadata.generation ?? 0) + 1;
	}

	#deletionIsDue(object: KubeObject): boolean {
		const { metadata } = object;
		if (!metadata.deletionTimestamp || metadata.finalizers?.length) return false;
		if (this.strategy.finalizing?.(object)) return false;
		return !metadata.deletionGracePeriodSeconds;
	}

	#remove(kv: KeyValue, object: KubeObject): KubeObject {
		const revision = this.#etcd.delete(kv.key, kv.modRevision);
		return withRevision(object, revision ?? kv.modRevision);
	}

	#store(key: string, object: KubeObject, expected: number): KubeObject {
		if (exceeds(object, maxRequest)) throw unknown('etcdserver: request is too large');
		const metadata = omit(object.metadata, 'resourceVersion');
		const kv = this.#etcd.put(key, { ...object, metadata }, expected);
		if (!kv) throw conflict(this.resource, object.metadata.name);
		return this.codec.object(kv);
	}

	#refuse(name: string, causes: Cause[]): void {
		if (causes.length > 0)
			throw invalid({ group: this.resource.group, kind: this.resource.kind }, name, causes);
	}
}

/** What etcd takes in one request. */
const maxRequest = 1.5 * 1024 * 1024;

/** Everything whose change counts as a new generation. */
function body(object: Record<string, unknown>): unknown {
	const rest = omit(object, 'metadata', 'status');
	return 'spec' in rest ? rest.spec : rest;
}

/** Sets a field back to what it was, absent included. */
function keep<T extends object>(target: T, source: T, field: keyof T): void {
	if (source[field] === undefined) delete target[field];
	else target[field] = source[field];
}
