import { rfc3339Nano } from './human.ts';
import { timeFlag } from './time-flag.ts';
import { boolFlag, type Call, type Verb } from './verb.ts';
import { interruptedCode } from '../interrupted.ts';

/** `docker logs` */
export const logs: Verb = {
	name: 'logs',
	usage: 'logs [OPTIONS] CONTAINER',
	short: 'Fetch the logs of a container',
	aliases: ['docker container logs', 'docker logs'],
	flags: [
		boolFlag('details', 'Show what the logging driver adds'),
		boolFlag('follow', 'Go on with what is written from now on', 'f'),
		{
			name: 'since',
			kind: 'string',
			usage: 'Start at this time (RFC 3339) or this long ago ("42m")',
		},
		{
			name: 'tail',
			short: 'n',
			kind: 'string',
			usage: 'How many lines from the end',
			fallback: 'all',
		},
		boolFlag('timestamps', 'Show the time of each line', 't'),
		{
			name: 'until',
			kind: 'string',
			usage: 'Stop at this time (RFC 3339) or this long ago ("42m")',
		},
	],
	min: 1,
	max: 1,
	completes: 'container',
	run: async (call) => {
		const { engine, flags, io } = call;
		const tail = Number(flags.string('tail'));
		const entries = engine.logs(call.args[0] ?? '', {
			follow: flags.bool('follow'),
			signal: io.signal,
			...(Number.isInteger(tail) && tail >= 0 ? { tail } : {}),
			...timeOption(call, 'since'),
			...timeOption(call, 'until'),
		});
		for await (const { stream, data, time } of entries) {
			if (flags.bool('timestamps')) await write(call, stream, `${rfc3339Nano(time)} `);
			await write(call, stream, data);
		}
		return io.signal.aborted ? interruptedCode(io.signal) : 0;
	},
};

function write(
	{ io }: Call,
	stream: 'stdout' | 'stderr',
	data: string | Uint8Array,
): Promise<void> {
	return stream === 'stdout' ? io.out(data) : io.err(data);
}

function timeOption(call: Call, name: 'since' | 'until'): Record<string, number> {
	const time = timeFlag(call, name, `invalid value for "${name}": `);
	return time === undefined ? {} : { [name]: time };
}
