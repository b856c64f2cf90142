/** Where the kernel tells its routes (IPv4, the main table). */
export const routesFile = '/proc/net/route';

/** Reads it: `10.244.2.0/24` to the gateway, which is `0.0.0.0` for what is on the link itself. */
export function parseRoutes(text: string): Map<string, string> {
	const routes = new Map<string, string>();
	for (const line of text.split('\n').slice(1)) {
		const [, destination = '', gateway = '', , , , , mask = ''] = line.trim().split(/\s+/);
		if (mask) routes.set(`${dotted(destination)}/${prefix(mask)}`, dotted(gateway));
	}
	return routes;
}

/** The kernel prints an address as a number in its own byte order. */
function dotted(hex: string): string {
	const bytes = hex.match(/../g) ?? [];
	return bytes
		.reverse()
		.map((byte) => parseInt(byte, 16))
		.join('.');
}

function prefix(hex: string): number {
	return parseInt(hex, 16).toString(2).replaceAll('0', '').length;
}
