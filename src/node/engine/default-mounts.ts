import type { MountSpec } from '../../api/agent.ts';

/** What every container's root gets, in the order in which it is mounted. After moby oci/defaults.go. */
export function defaultMounts(options: {
	privileged: boolean;
	/** A directory to use for shared memory, or the size of one of its own. */
	shm?: string | number;
}): MountSpec[] {
	const { privileged, shm = 64 << 20 } = options;
	const writable = privileged ? [] : (['ro'] as const);
	return [
		{ target: '/proc', source: 'proc', fstype: 'proc', flags: ['nosuid', 'noexec', 'nodev'] },
		{
			target: '/dev',
			source: 'tmpfs',
			fstype: 'tmpfs',
			flags: ['nosuid', 'strictatime'],
			data: 'mode=755,size=65536k',
		},
		{
			target: '/dev/pts',
			source: 'devpts',
			fstype: 'devpts',
			flags: ['nosuid', 'noexec'],
			data: 'newinstance,ptmxmode=0666,mode=0620,gid=5',
		},
		{
			target: '/sys',
			source: 'sysfs',
			fstype: 'sysfs',
			flags: ['nosuid', 'noexec', 'nodev', ...writable],
		},
		{
			target: '/sys/fs/cgroup',
			source: 'cgroup',
			fstype: 'cgroup2',
			flags: ['nosuid', 'noexec', 'nodev', 'relatime', ...writable],
		},
		{
			target: '/dev/mqueue',
			source: 'mqueue',
			fstype: 'mqueue',
			flags: ['nosuid', 'noexec', 'nodev'],
		},
		typeof shm === 'number'
			? privateShm(shm)
			: { target: '/dev/shm', source: shm, fstype: 'none', flags: ['bind'] },
	];
}

function privateShm(bytes: number): MountSpec {
	return {
		target: '/dev/shm',
		source: 'shm',
		fstype: 'tmpfs',
		flags: ['nosuid', 'noexec', 'nodev'],
		data: `mode=1777,size=${bytes % 1024 === 0 ? `${bytes / 1024}k` : bytes}`,
	};
}

/** Hidden from containers that are not privileged. */
export const maskedPaths = [
	'/proc/asound',
	'/proc/acpi',
	'/proc/interrupts',
	'/proc/kcore',
	'/proc/keys',
	'/proc/latency_stats',
	'/proc/timer_list',
	'/proc/timer_stats',
	'/proc/sched_debug',
	'/proc/scsi',
	'/sys/firmware',
	'/sys/devices/virtual/powercap',
];

/** Read-only for containers that are not privileged. */
export const readonlyPaths = [
	'/proc/bus',
	'/proc/fs',
	'/proc/irq',
	'/proc/sys',
	'/proc/sysrq-trigger',
];
