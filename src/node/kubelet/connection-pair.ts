import type { Connection } from '../../api/transport.ts';
import { Pipe } from '../pipe.ts';

/** The node's end of an upgraded connection. */
export interface NearEnd extends Connection {
	/** Settles when either side has closed it; what was sent before may still be read. */
	readonly closed: Promise<void>;
}

/** Two ends of one upgraded connection within a thread. */
export function connectionPair(): [near: NearEnd, far: Connection] {
	const there = new Pipe();
	const back = new Pipe();
	let tell: () => void = () => undefined;
	const closed = new Promise<void>((resolve) => (tell = resolve));
	const end = (out: Pipe, into: Pipe): NearEnd => ({
		send: (message) => out.send(message),
		messages: into.read(),
		close: () => {
			out.close();
			into.drop();
			tell();
		},
		closed,
	});
	return [end(there, back), end(back, there)];
}
