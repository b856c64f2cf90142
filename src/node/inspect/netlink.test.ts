import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readListens, readNetlink } from './netlink.ts';

/** Dumps of links, addresses and routes as a kernel sent them, from a namespace with one end of a veth pair. */
const { red } = JSON.parse(
	readFileSync(
		new URL('../../../test/fixtures/agent/netlink.json', import.meta.url).pathname,
		'utf8',
	),
) as { red: string };
const recorded = new Uint8Array(Buffer.from(red, 'base64'));

describe('readNetlink', () => {
	it('reads links with their state, kind and other end', () => {
		const { links } = readNetlink(recorded);
		expect(links.map(({ index, name, kind, up }) => [index, name, kind, up])).toEqual([
			[1, 'lo', 'loopback', false],
			[2, 'eth0', 'veth', true],
		]);
		expect(links[0]).not.toHaveProperty('other');
		expect(links[1]).toMatchObject({ other: { index: 7, nsid: 0 }, carrier: true, mtu: 1500 });
		expect(links[1]?.mac).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
		expect(links[0]?.mtu).toBe(65536);
	});

	it('reads addresses by link and the routes of the main table only', () => {
		const { addresses, routes } = readNetlink(recorded);
		expect([...addresses]).toEqual([[2, ['10.9.0.2/24']]]);
		expect(routes).toEqual([
			{ dst: 'default', via: '10.9.0.1', dev: 'eth0', protocol: 'boot', scope: 'global' },
			{ dst: '10.9.0.0/24', dev: 'eth0', protocol: 'kernel', scope: 'link' },
		]);
	});

	it('leaves out what a cut dump promises', () => {
		for (let length = 0; length < recorded.length; length += 7) {
			const { links } = readNetlink(recorded.subarray(0, length));
			expect(links.length).toBeLessThanOrEqual(2);
		}
		expect(readNetlink(recorded.subarray(0, 900)).routes).toEqual([]);
	});
});

describe('readListens', () => {
	/** A message of sock_diag about one socket. */
	function message(state: number, address: number[], port: number): number[] {
		const bytes = new Uint8Array(88);
		const view = new DataView(bytes.buffer);
		view.setUint32(0, 88, true);
		view.setUint16(4, 20, true);
		bytes.set([2, state], 16);
		view.setUint16(20, port);
		bytes.set(address, 24);
		return [...bytes];
	}

	it('names who waits, and not what is connected', () => {
		const dump = [
			...message(10, [0, 0, 0, 0], 80),
			...message(1, [10, 0, 0, 1], 4711),
			...message(7, [127, 0, 0, 1], 53),
		];
		expect(readListens(new Uint8Array(dump))).toEqual([
			{ protocol: 'tcp', address: '0.0.0.0', port: 80 },
			{ protocol: 'udp', address: '127.0.0.1', port: 53 },
		]);
	});
});
