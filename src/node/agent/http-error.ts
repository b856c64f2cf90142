/**
 * No answer came: what a client written in Go would say. `errno` is the kernel's, `EPROTO` for what is no HTTP, `EOF` for a
 * connection that ended too early.
 */
export class HttpError extends Error {
	override readonly name = 'HttpError';
	readonly errno: string;
	constructor(errno: string, message: string) {
		super(message);
		this.errno = errno;
	}
}
