async function get(url: URL): Promise<Response> {
	const answer = await fetch(url);
	if (!answer.ok) throw new Error(`${url.href}: HTTP ${answer.status}`);
	return answer;
}

/** Every file of this site, for a package that needs no site any more. `told` hears how many have come. */
export async function siteFiles(
	root: URL,
	told: (done: number, all: number) => void,
): Promise<Record<string, Uint8Array>> {
	const names = (await (await get(new URL('files.json', root))).json()) as string[];
	const waiting = [...names];
	const found: Record<string, Uint8Array> = {};
	let done = 0;
	const fetchOn = async () => {
		for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
			const path = name.split('/').map(encodeURIComponent).join('/');
			found[name] = new Uint8Array(await (await get(new URL(path, root))).arrayBuffer());
			told(++done, names.length);
		}
	};
	await Promise.all([fetchOn(), fetchOn(), fetchOn(), fetchOn()]);
	return found;
}
