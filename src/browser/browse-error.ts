/** Why there is no page, by what a browser would say. */
export type BrowseReason =
	| 'refused'
	| 'name'
	| 'timeout'
	| 'unreachable'
	| 'reset'
	| 'empty'
	| 'invalid'
	| 'redirects'
	| 'scheme'
	/** An answer without a page: its status is all that there is to say. */
	| 'status'
	/** A script of the page wanted to go elsewhere, which it cannot here. */
	| 'script'
	/** What a form has sent: it is not sent again unasked. */
	| 'resubmit'
	/** The machine that was to ask does not run. */
	| 'machine'
	/** The part of this site that shows pages could not be loaded. */
	| 'frame'
	/** The machine could not be asked at all. */
	| 'other';

/** A page that could not be had. `message` is what was said on the way, in English. */
export class BrowseError extends Error {
	override readonly name = 'BrowseError';
	readonly reason: BrowseReason;
	readonly url: string;
	constructor(reason: BrowseReason, url: string, message: string) {
		super(message);
		this.reason = reason;
		this.url = url;
	}
}

const reasons: Record<string, BrowseReason> = {
	ECONNREFUSED: 'refused',
	ENOTFOUND: 'name',
	ETIMEDOUT: 'timeout',
	EHOSTUNREACH: 'unreachable',
	ENETUNREACH: 'unreachable',
	EHOSTDOWN: 'unreachable',
	ECONNRESET: 'reset',
	EPIPE: 'reset',
	EOF: 'empty',
	EPROTO: 'invalid',
	EPROTONOSUPPORT: 'scheme',
};

/** What a request without an answer means for who wanted the page. An abort stays one. */
export function browseError(error: unknown, url: string): Error {
	if (error instanceof BrowseError) return error;
	if (!(error instanceof Error)) return new BrowseError('other', url, String(error));
	if (error.name === 'AbortError') return error;
	const { errno } = error as { errno?: unknown };
	const isOff =
		errno === undefined && /switch it on first|terminated|was pulled|is gone/.test(error.message);
	const reason = isOff ? 'machine' : (reasons[String(errno)] ?? 'other');
	return new BrowseError(reason, url, error.message);
}
