import type { EngineInfo } from '../../api/engine.ts';
import { noDaemon } from './errors.ts';
import { bytesSize } from './human.ts';
import { printObject } from './print.ts';
import { formatFlag, type ClientCall, type Verb } from './verb.ts';
import { engineVersion } from './version.ts';

/** `docker info` */
export const info: Verb = {
	name: 'info',
	usage: 'info [OPTIONS]',
	short: 'Display system-wide information',
	aliases: ['docker system info', 'docker info'],
	flags: [formatFlag(true)],
	min: 0,
	max: 0,
	run: async (call) => {
		const { flags, io } = call;
		const facts = await call.engine.info();
		const format = flags.string('format');
		if (format === '') await io.out(`${clientText(call)}\nServer:\n${serverText(facts)}\n`);
		else await printObject(io, asObject(facts), format, { type: 'system.dockerInfo' });
		return 0;
	},
	alone: async (call) => {
		if (call.flags.string('format') === '') await call.io.out(`${clientText(call)}\nServer:\n`);
		throw noDaemon(info, call.host);
	},
};

function asObject(facts: EngineInfo): Record<string, unknown> {
	return {
		Containers: facts.containers,
		ContainersRunning: facts.running,
		ContainersPaused: facts.paused,
		ContainersStopped: facts.stopped,
		Images: facts.images,
		Driver: facts.storageDriver,
		DriverStatus: [['Backing Filesystem', facts.backingFilesystem]],
		Plugins: {
			Volume: ['local'],
			Network: ['bridge', 'host', 'null'],
			Authorization: null,
			Log: ['json-file'],
		},
		LoggingDriver: 'json-file',
		CgroupDriver: 'cgroupfs',
		CgroupVersion: facts.cgroupVersion,
		KernelVersion: facts.kernelVersion,
		OperatingSystem: facts.operatingSystem,
		OSType: 'linux',
		Architecture: facts.architecture,
		NCPU: facts.cpus,
		MemTotal: facts.memoryBytes,
		DockerRootDir: '/var/lib/docker',
		Name: facts.name,
		ServerVersion: engineVersion,
	};
}

function clientText({ debug }: ClientCall): string {
	return `Client: Drydock
 Version:    ${engineVersion}
 Context:    default
 Debug Mode: ${debug}
`;
}

function serverText(facts: EngineInfo): string {
	return ` Containers: ${facts.containers}
  Running: ${facts.running}
  Paused: ${facts.paused}
  Stopped: ${facts.stopped}
 Images: ${facts.images}
 Server Version: ${engineVersion}
 Storage Driver: ${facts.storageDriver}
  Backing Filesystem: ${facts.backingFilesystem}
 Logging Driver: json-file
 Cgroup Driver: cgroupfs
 Cgroup Version: ${facts.cgroupVersion}
 Plugins:
  Volume: local
  Network: bridge host null
  Log: json-file
 Runtimes: drydock
 Default Runtime: drydock
 Kernel Version: ${facts.kernelVersion}
 Operating System: ${facts.operatingSystem}
 OSType: linux
 Architecture: ${facts.architecture}
 CPUs: ${facts.cpus}
 Total Memory: ${bytesSize(facts.memoryBytes)}
 Name: ${facts.name}
 Docker Root Dir: /var/lib/docker
 Debug Mode: false
 Live Restore Enabled: false
`;
}
