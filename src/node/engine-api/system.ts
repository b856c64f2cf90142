import type { Engine, EngineEvent, EventRange } from '../../api/engine.ts';
import type { Clock } from '../../util/clock.ts';
import { engineVersion } from '../../cli/docker/version.ts';
import { hasLabels, readFilters } from './filters.ts';
import { answer, unixTime, type Call, type Route } from './route.ts';

export const apiVersion = '1.43';
export const minApiVersion = '1.12';
const headers = { 'api-version': apiVersion, ostype: 'linux', 'content-type': 'text/plain' };

export function systemRoutes(engine: Engine, clock: Clock): Route[] {
	const ping = () => ({ status: 200, headers, body: 'OK' });
	return [
		{ method: 'GET', pattern: /^\/_ping$/, handle: ping },
		{ method: 'HEAD', pattern: /^\/_ping$/, handle: () => ({ ...ping(), body: '' }) },
		{ method: 'GET', pattern: /^\/version$/, handle: () => version(engine) },
		{ method: 'GET', pattern: /^\/info$/, handle: () => info(engine, clock) },
		{
			method: 'GET',
			pattern: /^\/events$/,
			handle: (call) => {
				const range = { since: unixTime(call, 'since'), until: unixTime(call, 'until') };
				const body = events(engine, clock, { range, fits: eventFilter(call), call });
				return { status: 200, headers: { 'content-type': 'application/json' }, body };
			},
		},
	];
}

async function version(engine: Engine) {
	const { kernelVersion } = await engine.info();
	return answer({
		Platform: { Name: 'Drydock' },
		Version: engineVersion,
		ApiVersion: apiVersion,
		MinAPIVersion: minApiVersion,
		Os: 'linux',
		Arch: '386',
		KernelVersion: kernelVersion,
		GitCommit: '',
		GoVersion: '',
		BuildTime: '',
	});
}

async function info(engine: Engine, clock: Clock) {
	const facts = await engine.info();
	return answer({
		ID: facts.name,
		Containers: facts.containers,
		ContainersRunning: facts.running,
		ContainersPaused: facts.paused,
		ContainersStopped: facts.stopped,
		Images: facts.images,
		Driver: facts.storageDriver,
		DriverStatus: [['Backing Filesystem', facts.backingFilesystem]],
		CgroupVersion: facts.cgroupVersion,
		CgroupDriver: 'cgroupfs',
		KernelVersion: facts.kernelVersion,
		OperatingSystem: facts.operatingSystem,
		OSType: 'linux',
		Architecture: facts.architecture,
		NCPU: facts.cpus,
		MemTotal: facts.memoryBytes,
		Name: facts.name,
		ServerVersion: engineVersion,
		SystemTime: new Date(clock.now()).toISOString(),
		Plugins: { Volume: ['local'], Network: ['bridge', 'host', 'none'], Log: ['json-file'] },
		Swarm: { LocalNodeState: 'inactive' },
		RegistryConfig: { IndexConfigs: {}, InsecureRegistryCIDRs: [], Mirrors: [] },
		SecurityOptions: [],
		Labels: [],
	});
}

/**
 * One JSON object a line, until the client goes or the time it named has come. After
 * api/server/router/system/system_routes.go: getEvents.
 */
async function* events(
	engine: Engine,
	clock: Clock,
	{ range, fits, call }: { range: EventRange; fits: (event: EngineEvent) => boolean; call: Call },
): AsyncIterable<string> {
	const { until } = range;
	const waiting = engine.pastEvents(range).filter(fits);
	let [over, wake] = [false, () => {}];
	const end = () => {
		over = true;
		wake();
	};
	const stop = engine.subscribe((event) => {
		if (!fits(event)) return;
		waiting.push(event);
		wake();
	});
	const left = until === undefined ? undefined : until - clock.now();
	const timer = left === undefined ? undefined : clock.after(Math.max(0, left), end);
	call.signal?.addEventListener('abort', end);
	try {
		for (;;) {
			for (const event of waiting.splice(0)) yield `${JSON.stringify(eventMessage(event))}\n`;
			if (over || call.signal?.aborted) return;
			if (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
		}
	} finally {
		timer?.cancel();
		stop();
	}
}

/** Filters of docker's whose subjects have no events here fit none. After moby daemon/events/filter.go. */
function eventFilter(call: Call): (event: EngineEvent) => boolean {
	const none = 'config daemon network node plugin scope secret service volume'.split(' ');
	const tests: Record<string, (event: EngineEvent, values: string[]) => boolean> = {
		container: (event, values) => isOne(event, 'container', values),
		event: ({ action }, values) => values.includes(action),
		image: (event, values) => isOne(event, 'image', values),
		label: (event, values) => event.type === 'container' && hasLabels(event.labels, values),
		type: ({ type }, values) => values.includes(type),
	};
	const filters = readFilters(call, [...Object.keys(tests), ...none]);
	return (event) => [...filters].every(([name, values]) => tests[name]?.(event, values) ?? false);
}

function isOne(event: EngineEvent, type: 'container' | 'image', values: string[]): boolean {
	if (type === 'image' && event.type === 'container') return values.includes(event.image);
	if (event.type !== type) return false;
	return values.some(
		(value) => event.name === value || event.id.replace('sha256:', '').startsWith(value),
	);
}

function eventMessage(event: EngineEvent): Record<string, unknown> {
	const seconds = Math.floor(event.time / 1000);
	const attributes: Record<string, string> = {};
	if (event.type === 'container') {
		Object.assign(attributes, event.labels, { image: event.image, name: event.name });
		if (event.exitCode !== undefined) attributes['exitCode'] = String(event.exitCode);
	} else if (event.type === 'image') attributes['name'] = event.name;
	return {
		Type: event.type,
		Action: event.action,
		Actor: { ID: event.id, Attributes: attributes },
		scope: 'local',
		time: seconds,
		timeNano: event.time * 1e6,
	};
}
