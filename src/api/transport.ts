/** Header names are lower-case. */
export type Headers = Record<string, string>;

/** One request in the Kubernetes REST protocol; `path` carries the query string. */
export interface HttpRequest {
	method: string;
	path: string;
	headers?: Headers;
	body?: string | Uint8Array<ArrayBuffer>;
}

/** A body is whole (text or bytes) or arrives in chunks: a watch, a followed log. */
export type Body =
	string | Uint8Array<ArrayBuffer> | AsyncIterable<string | Uint8Array<ArrayBuffer>>;

export interface HttpResponse {
	status: number;
	headers: Headers;
	body: Body;
}

/** One message of an upgraded connection. */
export interface ChannelMessage {
	channel: number;
	/** `undefined` closes this channel in the sender's direction (stdin at its end). */
	data: Uint8Array<ArrayBuffer> | undefined;
}

/**
 * An upgraded connection (exec, attach, portforward), in the numbering of `v5.channel.k8s.io`:
 * 0 stdin, 1 stdout, 2 stderr, 3 status (JSON), 4 resize (JSON `{Width,Height}`);
 * for portforward 2i is the data and 2i+1 the error channel of the i-th requested port.
 */
export interface Connection {
	/** Settles when the other side has room again. */
	send(message: ChannelMessage): Promise<void>;
	/** Ends when either side closed the connection. */
	readonly messages: AsyncIterable<ChannelMessage>;
	close(): void;
}

/**
 * What a cluster is to its clients: anything that answers this is one (the worker in the page,
 * the headless server, a real cluster behind `kubectl proxy`). A kubelet answers it as well.
 */
export interface Transport {
	/** Never rejects for a status code; rejects when the connection is lost or the signal aborts. */
	request(request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse>;
	/** Rejects with a `StatusError` (src/client/status.ts) when the upgrade is refused. */
	upgrade(request: HttpRequest, signal?: AbortSignal): Promise<Connection>;
}
