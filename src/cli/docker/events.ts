import type { EngineEvent, EventRange } from '../../api/engine.ts';
import { CliError } from './errors.ts';
import { Filters } from './filters.ts';
import { rfc3339Nano } from './human.ts';
import { asMap, compileFor } from './print.ts';
import { timeFlag } from './time-flag.ts';
import { formatFlag, type Call, type Verb } from './verb.ts';
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
		{ name: 'since', kind: 'string', usage: 'Begin with what was from this time on' },
		{ name: 'until', kind: 'string', usage: 'Stop at this time' },
	],
	min: 0,
	max: 0,
	run: async (call) => {
		const { engine, flags, io, services } = call;
		const range = rangeOf(call);
		const show = printer(flags.string('format'));
		const filters = new Filters(flags.list('filter'));
		let written = Promise.resolve();
		const tell = (event: EngineEvent) => {
			const message = describe(event);
			if (!fits(message, filters)) return;
			written = written.then(() => io.out(`${show(message)}\n`)).catch(() => undefined);
		};
		engine.pastEvents(range).forEach(tell);
		const wait = (range.until ?? Infinity) - services.clock.now();
		if (wait > 0) {
			const stop = engine.subscribe(tell);
			await services.clock.sleep(Math.min(wait, longest), io.signal).catch(() => undefined);
			stop();
		}
		await written;
		return io.signal.aborted ? interruptedCode(io.signal) : 0;
	},
};

/** What a timer takes. */
const longest = 2 ** 31 - 1;

/** After api/server/router/system/system_routes.go: getEvents. */
function rangeOf(call: Call): EventRange {
	const since = timeFlag(call, 'since');
	const until = timeFlag(call, 'until');
	if (until !== undefined && until < (since ?? -Infinity)) {
		const [from = '', to = ''] = [since, until].map((time) => String((time ?? 0) / 1000));
		throw new CliError(
			`Error response from daemon: \`since\` time (${from}) cannot be after \`until\` time (${to})`,
		);
	}
	return { since, until };
}

function printer(format: string): (message: Message) => string {
	if (format === 'json') return (message) => JSON.stringify(message);
	if (format === '') return plain;
	const template = compileFor(format, noMessage, '*events.Message');
	return (message) => template.render(message);
}

/** What a template is tried with before there is an event. */
const noMessage: Message = {
	status: '',
	id: '',
	from: '',
	Type: '',
	Action: '',
	Actor: { ID: '', Attributes: asMap({}) },
	scope: '',
	time: 0,
	timeNano: 0,
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
	return asMap({ ...exit, image: event.image, ...event.labels, name: event.name });
}

function plain(message: Message): string {
	const { ID, Attributes } = message.Actor;
	const pairs = Object.entries(Attributes).sort(([a], [b]) => (a < b ? -1 : 1));
	const details = pairs.map(([key, value]) => `${key}=${value}`).join(', ');
	const time = rfc3339Nano(message.timeNano / 1_000_000);
	return `${time} ${message.Type} ${message.Action} ${ID}${details ? ` (${details})` : ''}`;
}

/** Unlike lists, events know no wrong filter. After daemon/events/filter.go: Include. */
function fits(message: Message, filters: Filters): boolean {
	const { ID, Attributes } = message.Actor;
	const isOf = (type: string) => (value: string) =>
		message.Type === type && (ID.startsWith(value) || Attributes['name'] === value);
	return (
		filters.some('type', (value) => message.Type === value) &&
		filters.some('event', (value) => message.Action.startsWith(value)) &&
		filters.some('scope', (value) => message.scope === value) &&
		filters.some('container', isOf('container')) &&
		filters.some('image', (value) => isOf('image')(value) || message.from === value) &&
		['volume', 'network', 'plugin', 'service', 'node', 'secret', 'config'].every((type) =>
			filters.some(type, isOf(type)),
		) &&
		filters.fitsLabels(Attributes)
	);
}
