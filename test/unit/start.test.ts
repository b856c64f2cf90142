import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url));

/** What `npm start` says when it ends before anything is built. */
async function start(...args: string[]): Promise<[code: number, said: string]> {
	const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
	let said = '';
	for (const stream of [child.stdout, child.stderr])
		stream.on('data', (data: Buffer) => (said += data.toString()));
	const [code] = (await once(child, 'close')) as [number];
	return [code, said];
}

it('says in one line which port is taken, and what to type instead', async () => {
	const other = createServer().listen(0, '127.0.0.1');
	await once(other, 'listening');
	const { port } = other.address() as AddressInfo;
	const hint = `name another, as in \`npm start -- --port ${port + 1}\``;
	expect(await start('--port', String(port))).toEqual([
		1,
		`drydock: port ${port} is taken: ${hint}\n`,
	]);
	other.close();
});

it.each([
	[['--port', '80x'], 'drydock: --port: "80x" is no port\n'],
	[['--port=70000'], 'drydock: --port: "70000" is no port\n'],
	[['--prot', '1'], "drydock: Unknown option '--prot'\n"],
])('refuses %j', async (args, said) => expect(await start(...args)).toEqual([1, said]));
