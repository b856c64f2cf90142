import { join } from 'node:path';
import type { CommandIo } from '../../src/api/command.ts';
import { docker } from '../../src/cli/docker/docker.ts';
import { shareMount } from '../../src/node/emulator/hardware.ts';
import { ContainerEngine } from '../../src/node/engine/engine.ts';
import { layerShare } from '../../src/node/layer-share.ts';
import { registryFetch } from '../../src/node/registry-fetch.ts';
import { RealClock } from '../../src/util/clock.ts';
import { CryptoRng } from '../../src/util/rng.ts';
import type { Guest } from '../harness/guest.ts';

/** What a command printed, and its exit code. */
export interface Ran {
	code: number;
	out: string;
	err: string;
}

export interface EngineNode {
	engine: ContainerEngine;
	/** Runs `docker …` as the guest's shell would; the text is its stdin. */
	docker(words: readonly string[], input?: string): Promise<Ran>;
	/** Runs a program on the node itself. */
	sh(script: string): Promise<Ran>;
}

/** Starts the engine on a guest, with the registry of the built images. */
export async function startEngine(guest: Guest): Promise<EngineNode> {
	const clock = new RealClock();
	await guest.agent.identify({
		hostname: 'node-1',
		time: clock.now(),
		entropy: new Uint8Array(32).fill(7),
		mac: '02:00:00:00:00:11',
		cidr: '192.168.56.11/24',
		hosts: [],
		machineId: '0123456789abcdef0123456789abcdef',
	});
	const engine = await ContainerEngine.start({
		agent: guest.agent,
		clock,
		rng: new CryptoRng(),
		nodeName: 'node-1',
		podCidr: '10.244.1.0/24',
		registry: `file://${join(guest.images, 'registry')}`,
		fetch: registryFetch,
		layers: layerShare(guest.machine.files),
		share: shareMount,
	});
	return {
		engine,
		docker: (words, input) => runDocker(engine, clock, words, input),
		sh: (script) => runShell(guest, script),
	};
}

async function runDocker(
	engine: ContainerEngine,
	clock: RealClock,
	words: readonly string[],
	input?: string,
): Promise<Ran> {
	const ran: Ran = { code: 0, out: '', err: '' };
	const io = testIo(['docker', ...words], ran, input);
	const api = {
		request: () => Promise.reject(new Error('no cluster')),
		upgrade: () => Promise.reject(new Error('no cluster')),
	};
	ran.code = await docker(io, { runs: 'docker', api, engine, nodeName: 'node-1', clock });
	return ran;
}

/** A shell without a terminal: what is printed is kept. */
export function testIo(argv: string[], ran: Ran, input?: string): CommandIo {
	const decode = (data: string | Uint8Array) =>
		typeof data === 'string' ? data : new TextDecoder().decode(data);
	let unread = input === undefined ? null : new TextEncoder().encode(input);
	return {
		argv,
		env: {},
		cwd: '/root',
		isTty: { stdin: false, stdout: false, stderr: false },
		size: () => ({ rows: 24, columns: 80 }),
		read: async () => {
			const data = unread;
			unread = null;
			return data;
		},
		out: async (data) => {
			ran.out += decode(data);
		},
		err: async (data) => {
			ran.err += decode(data);
		},
		setRaw: async () => undefined,
		onResize: () => undefined,
		signal: new AbortController().signal,
		readFile: () => Promise.reject(new Error('no such file or directory')),
		writeFile: () => Promise.reject(new Error('read-only')),
		stat: () => Promise.reject(new Error('no such file or directory')),
		listDir: async () => [],
		run: async () => 127,
	};
}

async function runShell(guest: Guest, script: string): Promise<Ran> {
	const process = await guest.agent.spawn({
		argv: ['/bin/sh', '-c', script],
		env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'],
	});
	const text = { stdout: '', stderr: '' };
	process.onOutput((stream, data) => {
		text[stream] += new TextDecoder().decode(data);
	});
	const { code } = await process.exited;
	return { code, out: text.stdout, err: text.stderr };
}
