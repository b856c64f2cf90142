import type { MountSpec, NamespaceKind, ProcessSpec, Rlimit } from '../../api/agent.ts';
import { AttributeWriter } from './attributes.ts';
import { mountFlags } from './kernel-ops.ts';
import { attribute as a, cloneFlag } from './protocol.ts';

/** In the order of their numbers in linux/capability.h. */
const capabilityNames =
	'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
		.split(' ')
		.map((name) => `CAP_${name}`);

/** `RLIMIT_…` numbers of Linux on x86. */
const rlimitNumbers: Record<Rlimit['type'], number> = {
	cpu: 0,
	fsize: 1,
	stack: 3,
	core: 4,
	nproc: 6,
	nofile: 7,
	memlock: 8,
};

function capabilityMask(names: string[]): bigint {
	return names.reduce((mask, name) => {
		const number = capabilityNames.indexOf(name);
		if (number < 0) throw new RangeError(`unknown capability "${name}"`);
		return mask | (1n << BigInt(number));
	}, 0n);
}

function limit(value: number): bigint {
	return Number.isFinite(value) && value >= 0 ? BigInt(value) : 0xffffffffffffffffn;
}

function encodeRlimit({ type, soft, hard }: Rlimit): Uint8Array {
	const view = new DataView(new ArrayBuffer(20));
	view.setUint32(0, rlimitNumbers[type], true);
	view.setBigUint64(4, limit(soft), true);
	view.setBigUint64(12, limit(hard), true);
	return new Uint8Array(view.buffer);
}

function encodeMount(out: AttributeWriter, mount: MountSpec): void {
	out.text(a.target, mount.target).text(a.source, mount.source).text(a.fstype, mount.fstype);
	out.u32(a.flags, mountFlags(mount.flags)).optionalText(a.data, mount.data);
}

function encodeNamespaces(out: AttributeWriter, spec: ProcessSpec): void {
	const flags = (spec.unshare ?? []).reduce((bits, kind) => bits | cloneFlag[kind], 0);
	out.u32(a.unshare, flags >>> 0).optionalU32(a.joinPid, spec.joinPid);
	for (const [kind, path] of Object.entries(spec.join ?? {}))
		out.list(a.join, (inner) =>
			inner.u32(a.kind, cloneFlag[kind as NamespaceKind]).text(a.path, path),
		);
}

function encodeRoot(out: AttributeWriter, spec: ProcessSpec): void {
	out.optionalText(a.rootfs, spec.rootfs).optionalU32(a.readonlyRootfs, spec.readonlyRootfs);
	for (const mount of spec.mounts ?? []) out.list(a.mount, (inner) => encodeMount(inner, mount));
	for (const path of spec.maskedPaths ?? []) out.text(a.masked, path);
	for (const path of spec.readonlyPaths ?? []) out.text(a.readonly, path);
	for (const [name, value] of Object.entries(spec.sysctls ?? {}))
		out.list(a.sysctl, (inner) => inner.text(a.name, name).text(a.data, value));
	out.optionalText(a.hostname, spec.hostname).optionalText(a.cgroup, spec.cgroup);
}

function encodeRights(out: AttributeWriter, spec: ProcessSpec): void {
	out.optionalText(a.user, spec.user);
	for (const group of spec.groups ?? []) out.u32(a.group, group);
	if (spec.capabilities) out.u64(a.capabilities, capabilityMask(spec.capabilities));
	out.optionalU32(a.noNewPrivileges, spec.noNewPrivileges);
	for (const rlimit of spec.rlimits ?? []) out.bytes(a.rlimit, encodeRlimit(rlimit));
	out.optionalU32(a.oomScoreAdj, spec.oomScoreAdj);
}

/** The payload of a spawn request. */
export function encodeSpec(spec: ProcessSpec): Uint8Array<ArrayBuffer> {
	const out = new AttributeWriter();
	for (const arg of spec.argv) out.text(a.arg, arg);
	for (const variable of spec.env) out.text(a.env, variable);
	out.optionalText(a.cwd, spec.cwd);
	encodeNamespaces(out, spec);
	encodeRoot(out, spec);
	encodeRights(out, spec);
	out.optionalU32(a.init, spec.init).optionalU32(a.stdin, spec.stdin);
	if (spec.terminal) out.u32(a.rows, spec.terminal.rows).u32(a.columns, spec.terminal.columns);
	if (spec.output === false) out.u32(a.noOutput, 1);
	if (spec.hidden) out.u32(a.hidden, 1);
	return out.finish();
}
