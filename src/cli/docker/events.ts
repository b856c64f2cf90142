import type { EngineEvent } from '../../api/engine.ts';
import { parseTime, rfc3339Nano } from './human.ts';
import { compile } from './print.ts';
import { formatFlag, type Verb } from './verb.ts';
import { interruptedCode } from '../interrupted.ts';

/** `docker events` */
export const events: Verb = {
	name: 'events',
	usage: 'events [OPTIONS]',
	short: 'Get real time events from the server',
	aliases: ['docker system events', 'docker events'],
	flags: [
		{ name: 'filter', short: 'f', kind: 'filter', usage: 'Show those that fit the conditions' },
		formatFlag(),
		{ name: 'until', kind: 'string', usage: 'Stop at this time' },
	],
	min: 0,
	max: 0,
	run: async ({ engine, flags, io, services }) => {
		const format = flags.string('format');
		const template = format && format !== 'json' ? compile(format) : undefined;
		const filters = flags.list('filter');
		const now = services.clock.now();
		const until = parseTime(flags.string('until'), now);
		let written = Promise.resolve();
		const stop = engine.subscribe((event) => {
			const message = describe(event);
			if (!filters.every((filter) => fits(message, filter))) return;
			const line =
				format === 'json'
					? JSON.stringify(message)
					: template
						? template.render(message)
						: plain(message);
			written = written.then(() => io.out(`${line}\n`)).catch(() => undefined);
		});
		try {
			const wait = until === undefined ? Infinity : until - now;
			if (wait > 0)
				await services.clock.sleep(Math.min(wait, 2 ** 31 - 1), io.signal).catch(() => undefined);
			await written;
			return io.signal.aborted ? interruptedCode(io.signal) : 0;
		} finally {
			stop();
		}
	},
};

interface Message {
	status: string;
	id: string;
	from: string;
	Type: string;
	Action: string;
	Actor: { ID: string; Attributes: Record<string, string> };
	scope: string;
	time: number;
	timeNano: number;
}

function describe(event: EngineEvent): Message {
	const attributes = attributesOf(event);
	return {
		status: event.action,
		id: event.id,
		from: event.type === 'container' ? event.image : '',
		Type: event.type,
		Action: event.action,
		Actor: { ID: event.id, Attributes: attributes },
		scope: 'local',
		time: Math.floor(event.time / 1000),
		timeNano: event.time * 1_000_000,
	};
}

function attributesOf(event: EngineEvent): Record<string, string> {
	if (event.type === 'sandbox') return {};
	if (event.type === 'image') return { name: event.name };
	const exit: Record<string, string> =
		event.exitCode === undefined ? {} : { exitCode: String(event.exitCode) };
	return { ...exit, image: event.image, ...event.labels, name: event.name };
}

function plain(message: Message): string {
	const { ID, Attributes } = message.Actor;
	const pairs = Object.entries(Attributes).sort(([a], [b]) => (a < b ? -1 : 1));
	const details = pairs.map(([key, value]) => `${key}=${value}`).join(', ');
	const time = rfc3339Nano(message.timeNano / 1_000_000);
	return `${time} ${message.Type} ${message.Action} ${ID}${details ? ` (${details})` : ''}`;
}

function fits(message: Message, filter: string): boolean {
	const [key = '', ...rest] = filter.split('=');
	const value = rest.join('=');
	if (key === 'type') return message.Type === value;
	if (key === 'event') return message.Action === value;
	if (key === 'container')
		return message.Actor.ID.startsWith(value) || message.Actor.Attributes['name'] === value;
	if (key === 'image') return message.from === value || message.Actor.Attributes['name'] === value;
	if (key === 'label') {
		const [label = '', ...wanted] = value.split('=');
		const actual = message.Actor.Attributes[label];
		return actual !== undefined && (wanted.length === 0 || actual === wanted.join('='));
	}
	return false;
}
