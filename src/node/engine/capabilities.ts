import { EngineError } from '../../client/engine-error.ts';

/** What a container keeps unless told otherwise. After moby/profiles oci/caps: DefaultCapabilities. */
const defaultCapabilities: readonly string[] = [
	'CAP_CHOWN',
	'CAP_DAC_OVERRIDE',
	'CAP_FSETID',
	'CAP_FOWNER',
	'CAP_MKNOD',
	'CAP_NET_RAW',
	'CAP_SETGID',
	'CAP_SETUID',
	'CAP_SETFCAP',
	'CAP_SETPCAP',
	'CAP_NET_BIND_SERVICE',
	'CAP_SYS_CHROOT',
	'CAP_KILL',
	'CAP_AUDIT_WRITE',
];

const allCapabilities = [
	...defaultCapabilities,
	...(
		'DAC_READ_SEARCH LINUX_IMMUTABLE NET_BROADCAST NET_ADMIN IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO ' +
		'SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG LEASE ' +
		'AUDIT_CONTROL MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF ' +
		'CHECKPOINT_RESTORE'
	)
		.split(' ')
		.map((name) => `CAP_${name}`),
];

/** The capabilities left after `--cap-add` and `--cap-drop`. After daemon/pkg/oci/caps: TweakCapabilities. */
export function effectiveCapabilities(
	add: readonly string[] = [],
	drop: readonly string[] = [],
): string[] {
	const added = add.map(normalize);
	const dropped = drop.map(normalize);
	const base = added.includes('ALL') ? allCapabilities : defaultCapabilities;
	const kept = dropped.includes('ALL') ? [] : base.filter((name) => !dropped.includes(name));
	const extra = added.filter((name) => name !== 'ALL' && !kept.includes(name));
	return [...kept, ...extra];
}

function normalize(name: string): string {
	const upper = name.toUpperCase();
	if (upper === 'ALL') return upper;
	const full = upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
	if (!allCapabilities.includes(full)) throw new EngineError(400, `invalid capability: "${name}"`);
	return full;
}
