import type { Status } from '../api/kubernetes.ts';

/** A resource as error messages name it: `deployments.apps`. */
export interface GroupResource {
	group: string;
	resource: string;
}

/** A kind as validation errors name it: `Deployment.apps`. */
export interface GroupKind {
	group: string;
	kind: string;
}

export interface Cause {
	reason?: string;
	message?: string;
	field?: string;
}

/** An answer of the API server that is not a success; `message` is the Status' message. */
export class StatusError extends Error {
	readonly status: Status;

	constructor(status: Status) {
		super(status.message ?? status.reason ?? 'unknown');
		this.name = 'StatusError';
		this.status = status;
	}
	get code(): number {
		return this.status.code ?? 500;
	}
	get reason(): string {
		return this.status.reason ?? 'Unknown';
	}
}

type Details = NonNullable<Status['details']>;

function failure(code: number, reason: string, message: string, details?: Details): StatusError {
	return new StatusError({
		kind: 'Status',
		apiVersion: 'v1',
		metadata: {},
		status: 'Failure',
		message,
		reason,
		...(details ? { details } : {}),
		code,
	});
}

function qualified(group: string, name: string): string {
	return group === '' ? name : `${name}.${group}`;
}

function detailsOf(resource: GroupResource, name: string): Details {
	return {
		...(name === '' ? {} : { name }),
		...(resource.group === '' ? {} : { group: resource.group }),
		...(resource.resource === '' ? {} : { kind: resource.resource }),
	};
}

// After apimachinery/pkg/api/errors/errors.go: the messages of the New… functions.

/** 404: the object, or the resource itself, is not there. */
export function notFound(resource: GroupResource, name: string): StatusError {
	const what = qualified(resource.group, resource.resource);
	return failure(404, 'NotFound', `${what} "${name}" not found`, detailsOf(resource, name));
}

/** 409: a create met an object of the same name. */
export function alreadyExists(resource: GroupResource, name: string): StatusError {
	const what = qualified(resource.group, resource.resource);
	return failure(
		409,
		'AlreadyExists',
		`${what} "${name}" already exists`,
		detailsOf(resource, name),
	);
}

/** The text of an optimistic-lock conflict. */
const modifiedMessage =
	'the object has been modified; please apply your changes to the latest version and try again';

/** 409: the write was based on an old version. */
export function conflict(
	resource: GroupResource,
	name: string,
	message = modifiedMessage,
): StatusError {
	const what = qualified(resource.group, resource.resource);
	const text = `Operation cannot be fulfilled on ${what} "${name}": ${message}`;
	return failure(409, 'Conflict', text, detailsOf(resource, name));
}

/** 422: one message for all causes, in the form of upstream's field errors. */
export function invalid(kind: GroupKind, name: string, causes: Cause[]): StatusError {
	const seen = new Set(
		causes.map(({ field, message }) => (field ? `${field}: ${message}` : message)),
	);
	const texts = [...seen];
	const list = texts.length === 1 ? `: ${texts[0]}` : texts.length ? `: [${texts.join(', ')}]` : '';
	const what = qualified(kind.group, kind.kind);
	return failure(422, 'Invalid', `${what} "${name}" is invalid${list}`, {
		...detailsOf({ group: kind.group, resource: kind.kind }, name),
		...(causes.length ? { causes } : {}),
	});
}

/** 400 */
export function badRequest(message: string): StatusError {
	return failure(400, 'BadRequest', message);
}

/** 405; `text` says more than the action. */
export function methodNotSupported(
	resource: GroupResource,
	action: string,
	text = `${action} is not supported on resources of kind "${qualified(resource.group, resource.resource)}"`,
): StatusError {
	return failure(405, 'MethodNotAllowed', text, detailsOf(resource, ''));
}

/** 415: the body is in none of the accepted media types. */
export function unsupportedMediaType(accepted: string[]): StatusError {
	const text = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
	return failure(415, 'UnsupportedMediaType', text);
}

/** 413: the body is larger than the server takes. */
export function requestEntityTooLarge(limit: number): StatusError {
	const text = `Request entity too large: limit is ${limit}`;
	return failure(413, 'RequestEntityTooLarge', text);
}

/** 410 with reason Expired: the revision asked for has been compacted. */
export function expired(message: string): StatusError {
	return failure(410, 'Expired', message);
}

/** 403 */
export function forbidden(resource: GroupResource, name: string, message: string): StatusError {
	const what = qualified(resource.group, resource.resource);
	let text = `${what} "${name}" is forbidden: ${message}`;
	if (what === '') text = `forbidden: ${message}`;
	else if (name === '') text = `${what} is forbidden: ${message}`;
	return failure(403, 'Forbidden', text, detailsOf(resource, name));
}

/** 500 */
export function internal(message: string): StatusError {
	return failure(500, 'InternalError', `Internal error occurred: ${message}`, {
		causes: [{ message }],
	});
}

/** 500 without a reason: an error that upstream passes on as it is. */
export function unknown(message: string): StatusError {
	return new StatusError({
		kind: 'Status',
		apiVersion: 'v1',
		metadata: {},
		status: 'Failure',
		message,
		code: 500,
	});
}

/** 503 */
export function serviceUnavailable(message: string): StatusError {
	return failure(503, 'ServiceUnavailable', message);
}

function hasReason(error: unknown, ...reasons: string[]): boolean {
	return error instanceof StatusError && reasons.includes(error.reason);
}

export function isNotFound(error: unknown): boolean {
	return hasReason(error, 'NotFound');
}
export function isConflict(error: unknown): boolean {
	return hasReason(error, 'Conflict');
}
export function isAlreadyExists(error: unknown): boolean {
	return hasReason(error, 'AlreadyExists');
}
/** The write would have made something in a namespace that is going away. */
export function isNamespaceTerminating(error: unknown): boolean {
	if (!(error instanceof StatusError)) return false;
	const causes = error.status.details?.causes ?? [];
	return causes.some(({ reason }) => reason === 'NamespaceTerminating');
}
/** The revision is too old: list again. */
export function isGone(error: unknown): boolean {
	return hasReason(error, 'Expired', 'Gone');
}

/** The Status to send for any error; what is no StatusError becomes a 500. */
export function toStatus(error: unknown): Status {
	if (error instanceof StatusError) return error.status;
	return internal(error instanceof Error ? error.message : String(error)).status;
}

/** Whether a decoded body is a Status object. */
export function isStatus(value: unknown): value is Status {
	return (
		typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'Status'
	);
}
