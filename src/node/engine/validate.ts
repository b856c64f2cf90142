import type { ContainerConfig } from '../../api/engine.ts';
import { EngineError } from '../../client/engine-error.ts';
import { effectiveCapabilities } from './capabilities.ts';
import type { EngineContext } from './context.ts';
import { signalNumber } from './signals.ts';

const leastMemory = 6 << 20;

/** Refuses what no start of the container could carry out. After moby daemon/container.go: verifyContainerSettings. */
export function validate(context: EngineContext, config: ContainerConfig): void {
	if (config.name !== undefined) context.containers.checkName(config.name);
	effectiveCapabilities(config.capAdd, config.capDrop);
	if (config.stopSignal) signalNumber(config.stopSignal);
	validateTexts(config);
	validateMounts(config);
	if (config.autoRemove && config.restart && config.restart.name !== 'no')
		throw new EngineError(400, "can't create 'AutoRemove' container with restart policy");
	if (config.sandbox) return;
	validateResources(config);
	validateSysctls(config);
}

function validateTexts({ env = [], workingDir = '', hostname = '' }: ContainerConfig): void {
	const odd = env.find((entry) => entry === '' || entry.startsWith('='));
	if (odd !== undefined) throw new EngineError(400, `invalid environment variable: ${odd}`);
	if (workingDir !== '' && !workingDir.startsWith('/'))
		throw new EngineError(
			400,
			`the working directory '${workingDir}' is invalid, it needs to be an absolute path`,
		);
	if (hostname.length > 64) throw new EngineError(400, `invalid hostname format: ${hostname}`);
}

function validateMounts({ mounts = [] }: ContainerConfig): void {
	const seen = new Set<string>();
	for (const { target } of mounts) {
		if (seen.has(target)) throw new EngineError(400, `Duplicate mount point: ${target}`);
		seen.add(target);
	}
}

function validateResources({ resources = {}, shmSize, oomScoreAdj = 0 }: ContainerConfig): void {
	const { memory, nanoCpus, cpuShares = 0 } = resources;
	if (memory && memory < leastMemory)
		throw new EngineError(400, 'Minimum memory limit allowed is 6MB');
	if (nanoCpus && (nanoCpus < 0 || nanoCpus > 1e9))
		throw new EngineError(
			400,
			'range of CPUs is from 0.01 to 1.00, as there are only 1 CPUs available',
		);
	if (cpuShares < 0) throw new EngineError(400, 'cannot set a negative number of CPU shares');
	if (shmSize !== undefined && shmSize < 0)
		throw new EngineError(400, 'SHM size can not be less than 0');
	if (oomScoreAdj < -1000 || oomScoreAdj > 1000)
		throw new EngineError(
			400,
			`Invalid value ${oomScoreAdj}, range for oom score adj is [-1000, 1000]`,
		);
}

const namespaced =
	/^(fs\.mqueue\..+|net\..+|kernel\.(msg(max|mnb|mni)|sem|shm(all|max|mni|_rmid_forced)|domainname))$/;

/** Only what a namespace of the container has its own of. After opencontainers/runc libcontainer/configs/validate. */
function validateSysctls({ sysctls = {}, network }: ContainerConfig): void {
	for (const name of Object.keys(sysctls)) {
		if (!namespaced.test(name))
			throw new EngineError(400, `sysctl "${name}" is not in a separate kernel namespace`);
		if (name.startsWith('net.') && network === 'host')
			throw new EngineError(400, `sysctl "${name}" not allowed in host network namespace`);
	}
}
