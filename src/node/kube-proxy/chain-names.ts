import { sha256 } from '@noble/hashes/sha2.js';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 base32 without padding. */
function base32(bytes: Uint8Array): string {
	let bits = 0;
	let value = 0;
	let text = '';
	for (const byte of bytes) {
		value = (value << 8) | byte;
		bits += 8;
		while (bits >= 5) {
			bits -= 5;
			text += alphabet[(value >>> bits) & 31];
			value &= (1 << bits) - 1;
		}
	}
	return bits > 0 ? text + alphabet[(value << (5 - bits)) & 31] : text;
}

/** After pkg/proxy/iptables/proxier.go: portProtoHash */
function portHash(text: string): string {
	return base32(sha256(new TextEncoder().encode(text))).slice(0, 16);
}

/** The chains of one Service port; `name` is `ns/service:port`, `protocol` lower-case. */
export function serviceChains(name: string, protocol: string) {
	const hash = portHash(name + protocol);
	return {
		/** All ready endpoints. */
		cluster: `KUBE-SVC-${hash}`,
		/** Endpoints of this node only. */
		local: `KUBE-SVL-${hash}`,
		/** What comes from outside the cluster. */
		external: `KUBE-EXT-${hash}`,
	};
}

export function endpointChain(name: string, protocol: string, endpoint: string): string {
	return `KUBE-SEP-${portHash(name + protocol + endpoint)}`;
}
