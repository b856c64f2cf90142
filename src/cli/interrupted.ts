const sigint = 2;

/** What a shell sees of a program that this signal ended. The reason of the abort carries its number. */
export function interruptedCode(signal: AbortSignal): number {
	const { signal: number = sigint } = (signal.reason ?? {}) as { signal?: number };
	return 128 + number;
}
