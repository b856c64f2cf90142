import type { Bytes } from '../body.ts';

interface SentForm {
	url: string;
	method: string;
	/** `Content-Type` of the body. */
	type: string;
	body: Bytes | undefined;
}

const plain = 'application/x-www-form-urlencoded';

/** What a browser would send for a form; undefined for one that only closes a dialog. */
export async function sentForm(
	form: HTMLFormElement,
	submitter: HTMLElement | null,
	page: string,
): Promise<SentForm | undefined> {
	const said = (name: string) =>
		submitter?.getAttribute(`form${name}`) ?? form.getAttribute(name) ?? '';
	const method = said('method').toUpperCase();
	if (method === 'DIALOG') return undefined;
	const action = said('action').trim();
	const url = new URL(action === '' ? page : action, document.baseURI);
	const data = new FormData(form, submitter);
	if (method !== 'POST') {
		url.search = parameters(data).toString();
		return { url: url.href, method: 'GET', type: '', body: undefined };
	}
	if (said('enctype').toLowerCase() !== 'multipart/form-data') {
		const body = new TextEncoder().encode(parameters(data).toString());
		return { url: url.href, method, type: plain, body };
	}
	const packed = new Response(data);
	const body = new Uint8Array(await packed.arrayBuffer());
	return { url: url.href, method, type: packed.headers.get('content-type') ?? '', body };
}

/** A file is told by its name where no bytes are sent. */
function parameters(data: FormData): URLSearchParams {
	const entries = [...data].map(([name, value]) => [
		name,
		typeof value === 'string' ? value : value.name,
	]);
	return new URLSearchParams(entries);
}
