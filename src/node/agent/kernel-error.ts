import type { KernelErrorFields } from '../../api/agent.ts';

const names: Record<number, string> = {
	1: 'EPERM',
	2: 'ENOENT',
	3: 'ESRCH',
	4: 'EINTR',
	5: 'EIO',
	6: 'ENXIO',
	7: 'E2BIG',
	8: 'ENOEXEC',
	9: 'EBADF',
	10: 'ECHILD',
	11: 'EAGAIN',
	12: 'ENOMEM',
	13: 'EACCES',
	14: 'EFAULT',
	15: 'ENOTBLK',
	16: 'EBUSY',
	17: 'EEXIST',
	18: 'EXDEV',
	19: 'ENODEV',
	20: 'ENOTDIR',
	21: 'EISDIR',
	22: 'EINVAL',
	23: 'ENFILE',
	24: 'EMFILE',
	25: 'ENOTTY',
	26: 'ETXTBSY',
	27: 'EFBIG',
	28: 'ENOSPC',
	29: 'ESPIPE',
	30: 'EROFS',
	31: 'EMLINK',
	32: 'EPIPE',
	33: 'EDOM',
	34: 'ERANGE',
	35: 'EDEADLK',
	36: 'ENAMETOOLONG',
	37: 'ENOLCK',
	38: 'ENOSYS',
	39: 'ENOTEMPTY',
	40: 'ELOOP',
	61: 'ENODATA',
	71: 'EPROTO',
	75: 'EOVERFLOW',
	90: 'EMSGSIZE',
	92: 'ENOPROTOOPT',
	93: 'EPROTONOSUPPORT',
	95: 'EOPNOTSUPP',
	97: 'EAFNOSUPPORT',
	98: 'EADDRINUSE',
	99: 'EADDRNOTAVAIL',
	100: 'ENETDOWN',
	101: 'ENETUNREACH',
	103: 'ECONNABORTED',
	104: 'ECONNRESET',
	105: 'ENOBUFS',
	107: 'ENOTCONN',
	110: 'ETIMEDOUT',
	111: 'ECONNREFUSED',
	112: 'EHOSTDOWN',
	113: 'EHOSTUNREACH',
	114: 'EALREADY',
	115: 'EINPROGRESS',
	116: 'ESTALE',
	122: 'EDQUOT',
};

/** The name of a Linux errno. */
export function errnoName(number: number): string {
	return names[number] ?? `errno ${number}`;
}

/** A kernel action that failed: the errno's name, and what was tried. */
export class KernelError extends Error implements KernelErrorFields {
	override readonly name = 'KernelError';
	readonly errno: string;
	readonly what: string;
	constructor(errno: string, message: string, what: string) {
		super(message);
		this.errno = errno;
		this.what = what;
	}
}
