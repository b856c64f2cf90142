// Keys that come from outside may be `constructor` or `__proto__`, which every object of the language has.

/** The value that a record itself has for a key, not what objects inherit. */
export function own<T>(
	record: Readonly<Record<string, T>> | undefined,
	key: string,
): T | undefined {
	return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Sets a key as JSON.parse does: `__proto__` is one like any other. */
export function setOwn<T>(record: Record<string, T>, key: string, value: NoInfer<T>): void {
	if (key !== '__proto__') record[key] = value;
	else
		Object.defineProperty(record, key, {
			value,
			configurable: true,
			enumerable: true,
			writable: true,
		});
}
