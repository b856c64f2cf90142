import { describe, expect, it } from 'vitest';
import type { ChannelMessage, Transport } from '../../api/transport.ts';
import { ManualClock } from '../../util/clock.ts';
import { ShellHarness } from './shell-harness.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

const pod = {
	apiVersion: 'v1',
	kind: 'Pod',
	metadata: { name: 'p', namespace: 'default', uid: '1' },
	spec: { containers: [{ name: 'a' }, { name: 'b' }] },
	status: { phase: 'Running' },
};

const discovery = {
	kind: 'APIGroupDiscoveryList',
	items: [
		{
			metadata: {},
			versions: [
				{
					version: 'v1',
					resources: [
						{
							resource: 'pods',
							singularResource: 'pod',
							responseKind: { kind: 'Pod' },
							scope: 'Namespaced',
							verbs: ['get'],
						},
					],
				},
			],
		},
	],
};

/** A server with one pod, whose exec answers with the given messages after it has read all input. */
function server(
	answer: ChannelMessage[],
	log: string[] = [],
): { api: Transport; sent: ChannelMessage[]; paths: string[] } {
	const sent: ChannelMessage[] = [];
	const paths: string[] = [];
	const api: Transport = {
		async request({ path }) {
			paths.push(path);
			if (path === '/api') return { status: 200, headers: {}, body: JSON.stringify(discovery) };
			if (path === '/apis')
				return {
					status: 200,
					headers: {},
					body: JSON.stringify({ kind: 'APIGroupDiscoveryList', items: [] }),
				};
			if (path.includes('/log')) {
				const chunks = (async function* () {
					yield* log;
				})();
				return { status: 200, headers: {}, body: chunks };
			}
			return { status: 200, headers: {}, body: JSON.stringify(pod) };
		},
		async upgrade({ path }) {
			paths.push(path);
			return {
				send: async (message) => void sent.push(message),
				messages: (async function* () {
					await new Promise((resolve) => setTimeout(resolve, 5));
					yield* answer;
				})(),
				close: () => undefined,
			};
		},
	};
	return { api, sent, paths };
}

const status = (code: number) =>
	bytes(
		JSON.stringify({
			status: 'Failure',
			reason: 'NonZeroExitCode',
			details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
		}),
	);

describe('exec', () => {
	it('joins the streams and passes the exit code on', async () => {
		const { api, sent, paths } = server([
			{ channel: 1, data: bytes('out') },
			{ channel: 2, data: bytes('err\n') },
			{ channel: 3, data: status(3) },
		]);
		const ran = await new ShellHarness(api, new ManualClock()).run(
			'kubectl exec -i p -c b -- sh -c x',
			{
				input: 'hello',
			},
		);
		expect(ran).toEqual({ code: 3, out: 'out', err: 'err\ncommand terminated with exit code 3\n' });
		expect(sent).toEqual([
			{ channel: 0, data: bytes('hello') },
			{ channel: 0, data: undefined },
		]);
		expect(paths.at(-1)).toBe(
			'/api/v1/namespaces/default/pods/p/exec?command=sh&command=-c&command=x&container=b&stdin=true&stdout=true&stderr=true',
		);
	});

	it('says which container it chose', async () => {
		const { api } = server([{ channel: 3, data: bytes('{"status":"Success"}') }]);
		const ran = await new ShellHarness(api, new ManualClock()).run('kubectl exec p -- ls');
		expect(ran).toEqual({ code: 0, out: '', err: 'Defaulted container "a" out of: a, b\n' });
	});
});

describe('logs', () => {
	it('passes its options on and prefixes lines', async () => {
		const { api, paths } = server([], ['one\ntw', 'o\n']);
		const ran = await new ShellHarness(api, new ManualClock()).run(
			'kubectl logs p -c a --tail=5 --since=1h -f --prefix',
		);
		expect(ran.out).toBe('[pod/p/a] one\n[pod/p/a] two\n');
		expect(paths.at(-1)).toBe(
			'/api/v1/namespaces/default/pods/p/log?container=a&follow=true&sinceSeconds=3600&tailLines=5',
		);
	});
});
