import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import type { LocalCluster } from '../../src/cluster/cluster.ts';
import { Client } from '../../src/client/rest.ts';
import { Door } from '../../src/headless/door.ts';
import { serveHttp } from '../../src/headless/http-front.ts';
import { nodesReady } from '../../src/headless/ready.ts';
import { Rack } from '../harness/rack.ts';

const log = { warn: vi.fn() };
let cluster: LocalCluster;
let server: Server;
let address: string;

beforeAll(async () => {
	cluster = (await Rack.load()).cluster(2);
	server = await serveHttp({ api: cluster.api, door: new Door(), log }, 0);
	address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
	await cluster.start();
	await nodesReady(new Client(cluster.api), 2);
});
afterAll(async () => {
	server.closeAllConnections();
	server.close();
	await cluster.stop();
});

const get = async (path: string) => (await fetch(`http://${address}${path}`)).json();

/** A shell in the pod, once it says something. */
async function shell(): Promise<WebSocket> {
	const query = 'command=sh&stdin=true&stdout=true&tty=true';
	const path = `/api/v1/namespaces/default/pods/sleeper/exec?${query}`;
	const socket = new WebSocket(`ws://${address}${path}`, ['v5.channel.k8s.io']);
	await new Promise((resolve, reject) => {
		socket.once('error', reject);
		socket.on('message', (data: Buffer) => data[0] === 1 && resolve(undefined));
	});
	return socket;
}

/** The pod's log in frames, once its first line is there. */
async function followedLog(): Promise<WebSocket> {
	const path = '/api/v1/namespaces/default/pods/sleeper/log?follow=True';
	const socket = new WebSocket(`ws://${address}${path}`);
	await new Promise((resolve, reject) => {
		socket.once('error', reject);
		socket.on('message', (data: Buffer) => data.toString() === 'here\n' && resolve(undefined));
	});
	return socket;
}

const closed = (socket: WebSocket) =>
	new Promise<number>((resolve) => socket.once('close', resolve));

it('ends the streams of a node that loses power and serves the others', async () => {
	const pod = {
		metadata: { name: 'sleeper' },
		spec: {
			nodeName: 'node-1',
			containers: [
				{ name: 'main', image: 'busybox', command: ['sh', '-c', 'echo here; sleep 600'] },
			],
		},
	};
	const created = await fetch(`http://${address}/api/v1/namespaces/default/pods`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ apiVersion: 'v1', kind: 'Pod', ...pod }),
	});
	expect(created.status).toBe(201);
	const running = { status: { phase: 'Running' } };
	const path = '/api/v1/namespaces/default/pods/sleeper';
	await expect.poll(() => get(path), { timeout: 60_000 }).toMatchObject(running);

	// What is no size of a terminal ends no more than its own stream.
	for (const garbage of ['not json', 'null', '']) {
		const socket = await shell();
		socket.send(Buffer.from(`\u0004${garbage}`));
		socket.send(Buffer.from('\0exit\n'));
		await closed(socket);
	}
	const idle = await shell();
	const followed = await followedLog();
	const ends = Promise.all([closed(idle), closed(followed)]);
	await cluster.powerOff('node-1');
	expect(await ends).toEqual([1011, 1011]);
	// The port may close before the control plane is told why.
	const why = expect.stringMatching(/switched off|the port was closed/) as string;
	expect(log.warn).toHaveBeenCalledWith(
		'kubernetes-api',
		'a connection was lost',
		expect.objectContaining({ message: why }),
	);
	expect(await get('/api/v1/nodes/control-plane')).toMatchObject({ kind: 'Node' });
	expect(cluster.nodes().find(({ name }) => name === 'control-plane')?.power).toBe('running');
});
