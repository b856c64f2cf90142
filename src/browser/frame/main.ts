/*
 * Runs in `frame.html`, before and beside the page of a machine: a document without an origin, whose policy lets it reach
 * nothing. What the page wants of the network goes through the port.
 */
import type { ToFrame } from '../frame-messages.ts';
import { frameReady, laterAttribute } from '../frame-messages.ts';
import { FrameNetwork } from './network.ts';
import { sentForm } from './forms.ts';

/** The address of the page that is shown; the document's own is another. */
let shown = '';
let cookie = '';

function begin(port: MessagePort): void {
	const network = new FrameNetwork((message) => port.postMessage(message));
	port.onmessage = ({ data }: MessageEvent<ToFrame>) => {
		if (data.kind === 'open') {
			shown = data.url;
			cookie = data.cookie;
			open(network);
		} else if (data.kind === 'write') document.write(data.html);
		else if (data.kind === 'end') document.close();
		else if (data.kind === 'cookie') cookie = data.cookie;
		else network.hear(data);
	};
}

/** `document.open` takes every listener along: all that is here comes after it. */
function open(network: FrameNetwork): void {
	document.open();
	network.install(window);
	Object.defineProperty(document, 'cookie', {
		configurable: true,
		get: () => cookie,
		set: (text: unknown) => network.say({ kind: 'cookie', cookie: String(text) }),
	});
	addEventListener('click', (event) => follow(event, network));
	addEventListener('submit', (event) => {
		if (event.defaultPrevented) return;
		event.preventDefault();
		submit(event.target as HTMLFormElement, event.submitter, network);
	});
	HTMLFormElement.prototype.submit = function (this: HTMLFormElement) {
		submit(this, null, network);
	};
	addEventListener('mouseover', (event) => {
		network.say({ kind: 'over', url: linkOf(event)?.href ?? '' });
	});
	watch(network);
}

function linkOf(event: Event): HTMLAnchorElement | HTMLAreaElement | undefined {
	for (const target of event.composedPath())
		if ((target instanceof HTMLAnchorElement || target instanceof HTMLAreaElement) && target.href)
			return target;
	return undefined;
}

function follow(event: MouseEvent, network: FrameNetwork): void {
	const link = linkOf(event);
	if (event.defaultPrevented || !link || link.protocol === 'javascript:') return;
	event.preventDefault();
	const [page, fragment] = link.href.split('#');
	if (fragment === undefined || page !== shown.split('#')[0]) navigate(network, link.href);
	else scrollToFragment(fragment);
}

function scrollToFragment(fragment: string): void {
	let name = fragment;
	try {
		name = decodeURIComponent(fragment);
	} catch {
		// Taken as it is written.
	}
	if (name === '') return scrollTo(0, 0);
	(document.getElementById(name) ?? document.getElementsByName(name)[0])?.scrollIntoView();
}

function navigate(network: FrameNetwork, url: string): void {
	network.say({ kind: 'navigate', url, method: 'GET', type: '', body: undefined });
}

function submit(form: HTMLFormElement, submitter: HTMLElement | null, network: FrameNetwork): void {
	sentForm(form, submitter, shown)
		.then((sent) => sent && network.say({ kind: 'navigate', ...sent }))
		.catch((error: unknown) => console.error(error));
}

/** Fetches the pictures of what is written into the page, and tells its title. */
function watch(network: FrameNetwork): void {
	let title = '';
	const look = (records: MutationRecord[]) => {
		if (document.title !== title) {
			title = document.title;
			network.say({ kind: 'title', title });
		}
		for (const { type, target, addedNodes } of records) {
			if (type === 'attributes' && target instanceof Element) fill(target, network);
			for (const node of addedNodes)
				if (node instanceof Element)
					for (const one of [node, ...node.querySelectorAll('[src],[' + laterAttribute + ']')])
						fill(one, network);
		}
	};
	new MutationObserver(look).observe(document, {
		subtree: true,
		childList: true,
		characterData: true,
		attributes: true,
		attributeFilter: ['src', laterAttribute],
	});
	const ended = () => {
		const fragment = shown.split('#')[1];
		if (fragment !== undefined) scrollToFragment(fragment);
	};
	addEventListener('load', ended);
}

/** Gives an element what it refers to: the address that the page's stream has put aside, or one that a script has set. */
function fill(element: Element, network: FrameNetwork): void {
	const late = element.getAttribute(laterAttribute);
	const src = element instanceof HTMLImageElement ? element.src : '';
	const url = late ?? (/^https?:/.test(src) && !failed.has(src) ? src : undefined);
	if (url === undefined) return;
	element.removeAttribute(laterAttribute);
	network
		.blob(url)
		.then(
			(address) => address,
			() => {
				failed.add(url);
				return url;
			},
		)
		.then((address) => {
			element.setAttribute('src', address);
			if (element.parentElement instanceof HTMLMediaElement) element.parentElement.load();
		})
		.catch((error: unknown) => console.error(error));
}

/** What could not be had keeps its address, which the policy lets fail as it would in a browser. */
const failed = new Set<string>();

/* A document with the site's own origin must never write strangers' scripts into itself. */
if (origin === 'null') {
	const receive = ({ source, ports: [port] }: MessageEvent) => {
		if (source !== parent || !port) return;
		removeEventListener('message', receive);
		begin(port);
	};
	addEventListener('message', receive);
	parent.postMessage(frameReady, '*');
}
