import type { EngineInfo } from '../../api/engine.ts';
import { bytesSize } from './human.ts';
import { renderTemplate } from './print.ts';
import { formatFlag, type Verb } from './verb.ts';
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
	run: async ({ engine, flags, io }) => {
		const facts = await engine.info();
		const format = flags.string('format');
		if (format === 'json') await io.out(`${JSON.stringify(asObject(facts))}\n`);
		else if (format) await io.out(`${renderTemplate(format, asObject(facts))}\n`);
		else await io.out(asText(facts));
		return 0;
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

function asText(facts: EngineInfo): string {
	return `Client: Drydock
 Version:    ${engineVersion}
 Context:    default
 Debug Mode: false

Server:
 Containers: ${facts.containers}
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
