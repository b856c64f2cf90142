import { EngineError } from '../../client/engine-error.ts';

const names = (
	'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN ' +
	'TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'
).split(' ');

/** A signal by name (`TERM`, `SIGTERM`) or number. After moby/sys/signal: ParseSignal. */
export function signalNumber(text: string): number {
	const number = /^\d+$/.test(text) ? Number(text) : named(text.toUpperCase().replace(/^SIG/, ''));
	if (number >= 1 && number <= 64) return number;
	throw new EngineError(400, `invalid signal: ${text}`);
}

function named(name: string): number {
	const realtime = /^RTMIN(?:\+(\d+))?$/.exec(name);
	return realtime ? 34 + Number(realtime[1] ?? 0) : names.indexOf(name) + 1;
}
