import type { KernelOp } from '../../api/agent.ts';
import type { Pod } from '../../api/kubernetes.ts';
import { cpuWeight, podCgroup, podLimits } from './qos.ts';

const root = '/sys/fs/cgroup';
const cpuPeriodUs = 100_000;

function delegate(path: string): KernelOp[] {
	return ['+cpu', '+memory', '+pids', '+io'].map((data) => ({
		op: 'write',
		path: `${path}/cgroup.subtree_control`,
		data,
	}));
}

/** The tree pods live in, by quality of service. After pkg/kubelet/cm/qos_container_manager_linux.go */
export function qosCgroupOps(): KernelOp[] {
	const places = [`${root}/kubepods`, `${root}/kubepods/besteffort`, `${root}/kubepods/burstable`];
	return [
		...delegate(root),
		...places.flatMap((path): KernelOp[] => [
			{ op: 'mkdir', path, parents: true },
			...delegate(path),
		]),
		{ op: 'write', path: `${root}/kubepods/besteffort/cpu.weight`, data: '1' },
	];
}

/** The pod's cgroup with its limits. After pkg/kubelet/cm/pod_container_manager_linux.go: EnsureExists */
export function podCgroupOps(pod: Pod): KernelOp[] {
	const path = `${root}/${podCgroup(pod)}`;
	const { cpuMilli, memoryBytes, shares } = podLimits(pod);
	const ops: KernelOp[] = [
		{ op: 'mkdir', path, parents: true },
		...delegate(path),
		{ op: 'write', path: `${path}/cpu.weight`, data: String(cpuWeight(shares)) },
	];
	if (cpuMilli !== undefined) {
		const quota = Math.max(1000, Math.floor((cpuMilli * cpuPeriodUs) / 1000));
		ops.push({ op: 'write', path: `${path}/cpu.max`, data: `${quota} ${cpuPeriodUs}` });
	}
	if (memoryBytes !== undefined)
		ops.push({ op: 'write', path: `${path}/memory.max`, data: String(memoryBytes) });
	return ops;
}

export function removePodCgroupOps(pod: { cgroup: string }): KernelOp[] {
	return [{ op: 'remove', path: `${root}/${pod.cgroup}` }];
}
