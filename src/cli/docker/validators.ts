/** What is wrong with a flag's value before anything is asked of the engine; undefined when nothing is. */
type Check = (value: string) => string | undefined;

/** Four numbers with dots, or hexadecimal ones with colons: docker takes both kinds of address. */
export function isAddress(text: string): boolean {
	if (text.split(':').length > 2) return /^[\da-fA-F:.]+$/.test(text);
	const parts = text.split('.');
	return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
}

/** After opts/opts.go: ValidateIPAddress. */
export const addressCheck: Check = (value) =>
	isAddress(value.trim()) ? undefined : `IP address is not correctly formatted: ${value}`;

/** `name:ip` or `name=ip`. */
export function splitHost(value: string): { name: string; address: string } | undefined {
	const equals = value.indexOf('=');
	const at = equals > 0 ? equals : value.indexOf(':');
	if (at <= 0) return undefined;
	const address = value.slice(at + 1);
	const bare = /^\[.*\]$/.test(address) ? address.slice(1, -1) : address;
	return { name: value.slice(0, at), address: bare };
}

/** After opts/hosts.go: ValidateExtraHost. */
export const hostCheck: Check = (value) => {
	const host = splitHost(value);
	if (!host || host.address === '') return `bad format for add-host: "${value}"`;
	if (host.address === 'host-gateway' || isAddress(host.address)) return undefined;
	return `invalid IP address in add-host: "${host.address}"`;
};

/** After cli/command/container/opts.go: validateAttach. */
export const streamCheck: Check = (value) =>
	['stdin', 'stdout', 'stderr'].includes(value.toLowerCase())
		? undefined
		: 'valid streams are STDIN, STDOUT and STDERR';

const kernelParameters = new Set(
	'msgmax msgmnb msgmni sem shmall shmmax shmmni shm_rmid_forced'
		.split(' ')
		.map((name) => `kernel.${name}`),
);

/** After opts/opts.go: ValidateSysctl. */
export const sysctlCheck: Check = (value) => {
	const [name = '', ...rest] = value.split('=');
	const isKnown = kernelParameters.has(name) || /^(net|fs\.mqueue)\./.test(name);
	return rest.length > 0 && isKnown ? undefined : `sysctl '${value}' is not allowed`;
};

/** After opts/env.go: ValidateEnv. */
export const variableCheck: Check = (value) =>
	value === '' || value.startsWith('=') ? `invalid environment variable: ${value}` : undefined;

/** After opts/opts.go: ValidateLabel. */
export const labelCheck: Check = (value) =>
	value === '' || value.startsWith('=') ? `invalid label '${value}': empty name` : undefined;
