import type { ContainerFilter } from '../../api/engine.ts';
import { EngineError } from '../../client/engine-error.ts';
import type { ContainerRecord } from './container-record.ts';

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** All containers, found by name, by id or by the start of one. */
export class ContainerStore {
	readonly #records = new Map<string, ContainerRecord>();

	add(record: ContainerRecord): void {
		this.#records.set(record.info.id, record);
	}
	delete(id: string): boolean {
		return this.#records.delete(id);
	}
	has(id: string): boolean {
		return this.#records.has(id);
	}
	all(): ContainerRecord[] {
		return [...this.#records.values()];
	}
	byName(name: string): ContainerRecord | undefined {
		return this.all().find((record) => record.info.name === name);
	}
	/** Throws docker's "No such container". */
	get(text: string): ContainerRecord {
		const found = this.#records.get(text) ?? this.byName(text.replace(/^\//, ''));
		if (found) return found;
		const matches = this.all().filter((record) => text && record.info.id.startsWith(text));
		if (matches.length > 1)
			throw new EngineError(400, `Multiple IDs found with provided prefix: ${text}`);
		if (!matches[0]) throw new EngineError(404, `No such container: ${text}`);
		return matches[0];
	}
	/** Throws docker's refusal of a name that is ill-formed or taken. */
	checkName(name: string): void {
		if (!namePattern.test(name))
			throw new EngineError(
				400,
				`Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
			);
		const other = this.byName(name);
		if (other)
			throw new EngineError(
				409,
				`Conflict. The container name "/${name}" is already in use by container ` +
					`"${other.info.id}". You have to remove (or rename) that container to be able to reuse that name.`,
			);
	}
	/** Newest first. */
	list(filter: ContainerFilter = {}): ContainerRecord[] {
		const fits = (record: ContainerRecord) =>
			(filter.all || record.isRunning || record.info.state === 'restarting') &&
			(filter.sandbox === undefined || record.info.config.sandbox === filter.sandbox) &&
			(filter.name === undefined || record.info.name.includes(filter.name)) &&
			(filter.labels ?? []).every((label) => hasLabel(record, label));
		return this.all().filter(fits).reverse();
	}
}

function hasLabel(record: ContainerRecord, wanted: string): boolean {
	const [key = '', ...value] = wanted.split('=');
	const actual = record.info.config.labels?.[key];
	return actual !== undefined && (value.length === 0 || actual === value.join('='));
}
