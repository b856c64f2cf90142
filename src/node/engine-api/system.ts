import type { Engine, EngineEvent } from '../../api/engine.ts';
import { engineVersion } from '../../cli/docker/version.ts';
import { answer, type Call, type Route } from './route.ts';

const apiVersion = '1.43';
const headers = { 'api-version': apiVersion, ostype: 'linux', 'content-type': 'text/plain' };

export function systemRoutes(engine: Engine, now: () => number): Route[] {
	const ping = () => ({ status: 200, headers, body: 'OK' });
	return [
		{ method: 'GET', pattern: /^\/_ping$/, handle: ping },
		{ method: 'HEAD', pattern: /^\/_ping$/, handle: () => ({ ...ping(), body: '' }) },
		{ method: 'GET', pattern: /^\/version$/, handle: () => version(engine) },
		{ method: 'GET', pattern: /^\/info$/, handle: () => info(engine, now) },
		{
			method: 'GET',
			pattern: /^\/events$/,
			handle: (call) => ({
				status: 200,
				headers: { 'content-type': 'application/json' },
				body: events(engine, call),
			}),
		},
	];
}

async function version(engine: Engine) {
	const { kernelVersion } = await engine.info();
	return answer({
		Platform: { Name: 'Drydock' },
		Version: engineVersion,
		ApiVersion: apiVersion,
		MinAPIVersion: '1.12',
		Os: 'linux',
		Arch: '386',
		KernelVersion: kernelVersion,
		GitCommit: '',
		GoVersion: '',
		BuildTime: '',
	});
}

async function info(engine: Engine, now: () => number) {
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
		SystemTime: new Date(now()).toISOString(),
		Plugins: { Volume: ['local'], Network: ['bridge', 'host', 'none'], Log: ['json-file'] },
		Swarm: { LocalNodeState: 'inactive' },
		RegistryConfig: { IndexConfigs: {}, InsecureRegistryCIDRs: [], Mirrors: [] },
		SecurityOptions: [],
		Labels: [],
	});
}

/** One JSON object a line, until the client goes. */
async function* events(engine: Engine, call: Call): AsyncIterable<string> {
	const waiting: EngineEvent[] = [];
	let wake = () => {};
	const stop = engine.subscribe((event) => {
		waiting.push(event);
		wake();
	});
	call.signal?.addEventListener('abort', () => wake());
	try {
		while (!call.signal?.aborted) {
			for (const event of waiting.splice(0)) yield `${JSON.stringify(eventMessage(event))}\n`;
			if (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
		}
	} finally {
		stop();
	}
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
