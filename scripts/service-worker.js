/* The site without a connection: scripts and styles of this build, pages that were read, and the machines' images. */
const version = '%version%';
const files = ['%files%'];
const shell = `drydock-shell-${version}`;
/** Pages and small files, as they were last seen. */
const seen = 'drydock-seen';

self.addEventListener('install', (event) => {
	event.waitUntil(
		caches
			.open(shell)
			.then((cache) => cache.addAll(files.map((file) => new URL(file, self.registration.scope))))
			.then(() => self.skipWaiting()),
	);
});

self.addEventListener('activate', (event) => {
	const drop = (name) => name.startsWith('drydock-shell-') && name !== shell;
	event.waitUntil(
		caches
			.keys()
			.then((names) => Promise.all(names.filter(drop).map((name) => caches.delete(name))))
			.then(() => self.clients.claim())
			.then(keepOpenPages),
	);
});

/** The page that brought this worker was loaded before it: it is read once more, for the next time. */
async function keepOpenPages() {
	const [cache, clients] = await Promise.all([caches.open(seen), self.clients.matchAll()]);
	await Promise.all(
		clients.map((client) => cache.add(client.url.split('#')[0]).catch(() => undefined)),
	);
	const manifest = new URL('images/manifest.json', self.registration.scope);
	await cache.add(manifest).catch(() => undefined);
}

/** The last answer by address: who asks for a layer waits for who asked before, and finds it kept. */
const underWay = new Map();

function fromCache(request, name) {
	const before = underWay.get(request.url) ?? Promise.resolve();
	const answer = before
		.then(() => caches.open(name))
		.then((cache) => cache.match(request, { ignoreVary: true }))
		.then((kept) => kept ?? keep(request, name));
	const end = answer.catch(() => undefined);
	underWay.set(request.url, end);
	end.then(() => underWay.get(request.url) === end && underWay.delete(request.url));
	return answer;
}

async function keep(request, name) {
	const response = await fetch(request);
	if (response.status === 200 && response.type === 'basic') {
		const copy = response.clone();
		await caches
			.open(name)
			.then((cache) => cache.put(request, copy))
			.catch(() => undefined);
	}
	return response;
}

async function fromNetwork(request) {
	try {
		return await keep(request, seen);
	} catch (error) {
		const cache = await caches.open(seen);
		const options = { ignoreVary: true, ignoreSearch: request.mode === 'navigate' };
		const kept = await cache.match(request, options);
		if (kept) return kept;
		throw error;
	}
}

self.addEventListener('fetch', (event) => {
	const { request } = event;
	const { scope } = self.registration;
	if (request.method !== 'GET' || !request.url.startsWith(scope)) return;
	const [path] = request.url.slice(scope.length).split(/[?#]/);
	// Named by their content: what is kept is what the host has. Ranges are parts: those are not kept.
	if (request.headers.has('range')) return;
	if (path.startsWith('assets/')) event.respondWith(fromCache(request, shell));
	else if (path.startsWith('images/registry/blobs/'))
		event.respondWith(fromCache(request, 'drydock-blobs'));
	// The large files are kept by the page itself, which shows how far they are.
	else if (/\.(zst|gzip)$/.test(path)) return;
	else event.respondWith(fromNetwork(request));
});
