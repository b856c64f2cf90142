/** Errors that nobody caught, of the whole process: each ends a server that does not listen for them. */
export function strays(): { take(): string; stop(): void } {
	let found = '';
	const note = (error: unknown) => {
		const { stack = String(error) } = (error ?? {}) as Error;
		found ||= `an error that nobody caught: ${stack}`;
	};
	process.on('unhandledRejection', note);
	process.on('uncaughtException', note);
	return {
		take: () => {
			const taken = found;
			found = '';
			return taken;
		},
		stop: () => {
			process.off('unhandledRejection', note);
			process.off('uncaughtException', note);
		},
	};
}
