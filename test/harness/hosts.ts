import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Host {
	/** `http://127.0.0.1:<port>`, without a slash at the end. */
	url: string;
	close(): Promise<void>;
}

/** Debian's nginx; its tests are left out where it is not installed. */
export const nginxProgram = ['/usr/sbin/nginx'].find((path) => existsSync(path));

function freePort(): Promise<number> {
	const probe = createServer();
	return new Promise((resolve) =>
		probe.listen(0, '127.0.0.1', () => {
			const { port } = probe.address() as AddressInfo;
			probe.close(() => resolve(port));
		}),
	);
}

/** Waits until something answers there. */
async function answering(url: string, program: ChildProcess): Promise<void> {
	for (let tries = 0; tries < 100 && program.exitCode === null; tries++) {
		const answer = await fetch(url).catch(() => undefined);
		await answer?.arrayBuffer();
		if (answer) return;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	throw new Error(`${program.spawnfile} does not serve: exit code ${program.exitCode}`);
}

async function hosted(port: number, command: string, args: string[], cwd: string): Promise<Host> {
	const program = spawn(command, args, { cwd, stdio: 'ignore' });
	const url = `http://127.0.0.1:${port}`;
	await answering(url, program);
	const close = () =>
		new Promise<void>((resolve) => {
			program.once('exit', () => resolve());
			program.kill();
		});
	return { url, close };
}

/** A `server` block of nginx as it stands in a recipe, on loopback and with the site from this folder. */
export async function nginx(recipe: string, folder: string): Promise<Host> {
	const port = await freePort();
	const place = mkdtempSync(join(tmpdir(), 'drydock-nginx-'));
	const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
		(name) => `${name}_temp_path ${place}/${name};`,
	);
	const server = recipe
		.replace(/listen \d+;/, `listen 127.0.0.1:${port};`)
		.replaceAll('/srv/drydock', folder);
	writeFileSync(
		join(place, 'nginx.conf'),
		[
			...(process.getuid?.() === 0 ? ['user root;'] : []),
			`daemon off; pid ${place}/pid; error_log stderr error; events {}`,
			`http { include /etc/nginx/mime.types; default_type application/octet-stream; access_log off; ${paths.join(' ')}`,
			server,
			'}',
		].join('\n'),
	);
	const args = ['-p', place, '-e', 'stderr', '-c', join(place, 'nginx.conf')];
	const host = await hosted(port, nginxProgram ?? 'nginx', args, place);
	return { ...host, close: () => host.close().then(() => rmSync(place, { recursive: true })) };
}

export async function python(folder: string): Promise<Host> {
	const port = await freePort();
	const args = ['-m', 'http.server', '--bind', '127.0.0.1', String(port)];
	return hosted(port, 'python3', args, folder);
}
