const texts: Record<string, string> = {
	ECONNREFUSED: 'connect: connection refused',
	EHOSTUNREACH: 'connect: no route to host',
	ENETUNREACH: 'connect: network is unreachable',
	ECONNRESET: 'read: connection reset by peer',
	EPIPE: 'write: broken pipe',
	ETIMEDOUT: 'i/o timeout',
};

/** A failed connection in the words of Go's net package: `dial tcp 10.0.0.1:80: connect: connection refused`. */
export function dialErrorText(error: unknown, address: string, port: number): string {
	const { errno, message } = error as { errno?: string; message?: string };
	const text = (errno && texts[errno]) ?? message ?? String(error);
	const verb = text.startsWith('read:') || text.startsWith('write:') ? '' : 'dial ';
	return `${verb}tcp ${address}:${port}: ${text}`;
}
