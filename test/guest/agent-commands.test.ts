import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandSession, GuestProcess } from '../../src/api/agent.ts';
import { bootGuest, runInGuest, shell, type Guest } from '../harness/guest.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
let guest: Guest;
const heard: string[] = [];

/** Commands that do one thing each, in place of the real ones. */
const verbs: Record<string, (session: CommandSession) => Promise<number>> = {
	facts: async (session) => {
		const { argv, cwd, env, isTty } = session.request;
		const line = [argv.join(' '), cwd, env['MARK'], Object.values(isTty).map(Number).join('')];
		await session.write('stdout', encode(`${line.join('|')}\n`));
		await session.write('stderr', encode('to stderr\n'));
		return 3;
	},
	cat: async (session) => {
		for (let data = await session.read(); data; data = await session.read())
			await session.write('stdout', data);
		return 0;
	},
	endless: async (session) => {
		for (;;) await session.write('stdout', encode('y\n'.repeat(400)));
	},
	wait: async (session) => {
		const signalled = new Promise<number>((resolve) => {
			session.signal.addEventListener('abort', () => {
				heard.push(`signal ${(session.signal.reason as { signal: number }).signal}`);
				resolve(130);
			});
		});
		await session.write('stdout', encode('waiting\n'));
		return signalled;
	},
	raw: async (session) => {
		session.onResize((rows, columns) => heard.push(`size ${rows} ${columns}`));
		await session.setRaw(true);
		await session.write('stdout', encode('RAW\r\n'));
		let keys = '';
		while (!keys.includes('q')) keys += decode((await session.read()) ?? encode('q'));
		await session.write('stdout', encode(`${JSON.stringify(keys)}\r\n`));
		return 0;
	},
};

beforeAll(async () => {
	guest = await bootGuest();
	guest.agent.onCommand((session) => {
		const verb = verbs[session.request.argv[1] ?? ''];
		const code = verb ? verb(session) : Promise.resolve(64);
		code.then(
			(value) => session.exit(value),
			(error: { errno: string }) => {
				heard.push(error.errno);
				session.exit(1);
			},
		);
	});
});
afterAll(() => guest.close());

/** A login shell whose output can be waited for. */
class Terminal {
	#output = '';
	#wake: () => void = () => undefined;
	readonly process: GuestProcess;

	constructor(process: GuestProcess) {
		this.process = process;
		process.onOutput((_stream, data) => {
			/* Bash tells the terminal when pasting is safe; that is not what is looked for. */
			this.#output = (this.#output + decode(data)).replaceAll(/\x1b\[\?2004[hl]/g, '');
			this.#wake();
		});
	}
	static async open(): Promise<Terminal> {
		const argv = ['bash', '--norc', '--noprofile', '-i'];
		const env = ['PATH=/usr/bin:/bin', 'PS1=ready> ', 'TERM=dumb'];
		return new Terminal(
			await guest.agent.spawn({ argv, env, terminal: { rows: 24, columns: 80 } }),
		);
	}
	async type(text: string): Promise<void> {
		this.#output = '';
		await this.process.write(encode(text));
	}
	async sees(pattern: RegExp): Promise<string> {
		while (!pattern.test(this.#output))
			await new Promise<void>((resolve) => {
				this.#wake = resolve;
			});
		return this.#output;
	}
}

describe('a command in a pipe', () => {
	it('hands over what it was called with, and ends with the code given', async () => {
		const result = await runInGuest(guest.agent, {
			argv: ['sh', '-c', 'kubectl facts -o "a b"; echo $?; docker facts >/dev/null 2>&1; echo $?'],
			cwd: '/etc',
			env: ['PATH=/usr/bin:/bin', 'MARK=1'],
		});
		expect(result).toEqual({
			code: 0,
			stdout: 'kubectl facts -o a b|/etc|1|000\n3\n3\n',
			stderr: 'to stderr\n',
		});
	});
	it('takes input only when it reads', async () => {
		const loop = 'seq 3 | while read n; do kubectl facts >/dev/null 2>&1; echo $n; done';
		expect(await shell(guest.agent, loop)).toBe('1\n2\n3\n');
		expect(await shell(guest.agent, 'seq 9999 | kubectl cat | md5sum; seq 9999 | md5sum')).toMatch(
			/^(\w+ +-\n)\1$/,
		);
	});
	it('learns that nobody reads any more', async () => {
		expect(await shell(guest.agent, 'kubectl endless | head -n 2')).toBe('y\ny\n');
		await expect.poll(() => heard, { timeout: 20_000 }).toContain('EPIPE');
	});
});

describe('a command at a terminal', () => {
	it('is interrupted by Ctrl-C', async () => {
		const terminal = await Terminal.open();
		await terminal.sees(/ready> $/);
		await terminal.type('kubectl wait\n');
		await terminal.sees(/waiting/);
		await terminal.type('\x03');
		await terminal.sees(/ready> $/);
		await terminal.type('echo $?\n');
		expect(await terminal.sees(/\d+\r\nready> $/)).toContain('130');
		expect(heard).toContain('signal 2');
	});
	it('gets every key in raw mode, hears of a resize, and leaves the terminal as it was', async () => {
		const terminal = await Terminal.open();
		await terminal.sees(/ready> $/);
		await terminal.type('stty -g; kubectl raw; stty -g\n');
		const before = /([\da-f:]{20,})\r\n/.exec(await terminal.sees(/RAW\r\n/))?.[1];
		terminal.process.resize(33, 99);
		await expect.poll(() => heard, { timeout: 20_000 }).toContain('size 33 99');
		await terminal.type('a\x03\x04\x1aq');
		const after = await terminal.sees(/[\da-f:]{20,}\r\nready> $/);
		expect(after).toContain('"a\\u0003\\u0004\\u001aq"');
		expect(/([\da-f:]{20,})\r\n/.exec(after)?.[1]).toBe(before);
	});
	it('is stopped, not served, when it reads in the background', async () => {
		const terminal = await Terminal.open();
		await terminal.sees(/ready> $/);
		await terminal.type('kubectl cat &\n');
		await terminal.sees(/ready> $/);
		let jobs = '';
		while (!jobs.includes('Stopped')) {
			await terminal.type('jobs\n');
			jobs = await terminal.sees(/kubectl cat[^]*ready> $/);
		}
		await terminal.type('fg\n');
		await terminal.sees(/\rkubectl cat\r\n/);
		await terminal.type('hello\n');
		await terminal.sees(/hello\r\nhello\r\n/);
		await terminal.type('\x04');
		expect(await terminal.sees(/ready> $/)).not.toContain('lost');
	});
});

describe('without the node software', () => {
	it('says so in the words of the program it stands for', async () => {
		const line =
			'mv /run/drydock/commands.sock /run/drydock/x; docker ps; kubectl get pods; exit $?';
		const { code, stderr } = await runInGuest(guest.agent, { argv: ['sh', '-c', line] });
		expect(code).toBe(1);
		expect(stderr).toBe(
			'Cannot connect to the Docker daemon at unix:///run/drydock/commands.sock. Is the docker daemon running?\n' +
				'The connection to the server localhost:8080 was refused - did you specify the right host or port?\n',
		);
	});
});
