import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../api/kubernetes.ts';
import type { NodeFacts } from '../api/node.ts';
import { evaluate, recordInvariant } from './evaluate.ts';
import { emptyJournal, guestKey, httpKey, noGuestEvidence, type Evidence } from './evidence.ts';
import type { HttpProbe, InvariantProbe, Probe, ProcProbe } from './lesson.ts';
import { RequestLog } from './request-log.ts';

function evidence(objects: KubeObject[] = []): Evidence {
	return {
		api: {
			list: <T extends KubeObject>(kind: string) => objects.filter((o) => o.kind === kind) as T[],
			get: <T extends KubeObject>(kind: string, _ns: string, name: string) =>
				objects.find((o) => o.kind === kind && o.metadata.name === name) as T | undefined,
			subscribe: () => () => undefined,
		},
		requests: new RequestLog(),
		journal: emptyJournal(0),
		guest: noGuestEvidence(),
	};
}

const object = (kind: string, name: string, rest: object = {}): KubeObject => ({
	apiVersion: 'v1',
	kind,
	metadata: { name, namespace: 'default', uid: name, resourceVersion: '1', creationTimestamp: '' },
	...rest,
});

const slice = (ready: boolean[]) =>
	object('EndpointSlice', 'web-1', {
		metadata: {
			...object('EndpointSlice', 'web-1').metadata,
			labels: { 'kubernetes.io/service-name': 'web' },
		},
		endpoints: ready.map((one, index) => ({
			addresses: [`10.0.0.${index}`],
			conditions: { ready: one },
		})),
	});

const quiz: Probe = { probe: 'quiz', id: 'q' };
const file: Probe = { probe: 'file', on: 'node-1', path: '/x', absent: false };

describe('evaluate', () => {
	it('says what it saw and what it wanted of an object', () => {
		const probe: Probe = {
			probe: 'object',
			kind: 'Deployment',
			name: 'web',
			ns: 'default',
			where: [
				{ path: 'status.readyReplicas', op: 'gte', value: 3 },
				{ path: 'status.conditions[type=Progressing].reason', op: 'eq', value: 'Done' },
			],
			absent: false,
		};
		expect(evaluate(probe, evidence()).findings).toEqual([
			{ subject: 'Deployment web', wanted: { term: 'present' }, seen: { term: 'absent' } },
		]);
		const status = { readyReplicas: 1, conditions: [{ type: 'Progressing', reason: 'Done' }] };
		expect(evaluate(probe, evidence([object('Deployment', 'web', { status })]))).toEqual({
			verdict: 'false',
			findings: [{ subject: 'Deployment web status.readyReplicas', wanted: '≥ 3', seen: '1' }],
		});
	});

	it('takes a count that the API left out as zero', () => {
		const probe: Probe = {
			probe: 'object',
			kind: 'Deployment',
			name: 'web',
			ns: 'default',
			where: [{ path: 'status.readyReplicas', op: 'lte', value: 0 }],
			absent: false,
		};
		const web = object('Deployment', 'web', { status: {} });
		expect(evaluate(probe, evidence([web])).verdict).toBe('true');
	});

	it('counts objects by label, and the nodes they are on', () => {
		const pods = ['node-2', 'node-2', 'node-3'].map((nodeName, index) => {
			const pod = object('Pod', `web-${index}`, { spec: { nodeName } });
			pod.metadata.labels = { app: 'web' };
			return pod;
		});
		const probe = (least: number): Probe => ({
			probe: 'objects',
			kind: 'Pod',
			ns: 'default',
			labels: 'app=web',
			where: [],
			count: { eq: 3 },
			nodes: { gte: least },
			fresh: false,
		});
		expect(evaluate(probe(2), evidence(pods)).verdict).toBe('true');
		expect(evaluate(probe(3), evidence(pods)).findings).toMatchObject([
			{ wanted: '≥ 3', seen: '2' },
		]);
	});

	it('keeps a breach of an invariant even when all is well again', () => {
		const probe: InvariantProbe = { probe: 'invariant', service: 'web', ready: { gte: 3 } };
		const { journal } = evidence();
		const at = (ready: boolean[]) => {
			const now = { ...evidence([slice(ready)]), journal };
			recordInvariant(probe, now.api, journal);
			return evaluate(probe, now).verdict;
		};
		expect(at([true, true])).toBe('false');
		expect(at([true, true, true])).toBe('true');
		expect(at([true, true, true, true])).toBe('true');
		expect(at([true, true, true, false])).toBe('true');
		expect(at([true, true, false, false])).toBe('false');
		expect(at([true, true, true])).toBe('false');
	});

	it('judges the requests of the step by count, loss and version', () => {
		const now = evidence();
		const log = new RequestLog();
		now.requests = log;
		const mark = { node: 'node-2', service: 'web', status: 200, took: 1 };
		log.add({ ...mark, at: 1, version: '1', host: 'a', ok: true });
		log.add({ ...mark, at: 2, version: '2', host: 'b', ok: true });
		const probe = (failed: number): Probe => ({
			probe: 'requests',
			service: 'web',
			count: { gte: 2 },
			failed: { lte: failed },
			versions: ['1', '2'],
		});
		expect(evaluate(probe(0), now).verdict).toBe('true');
		log.add({ ...mark, at: 3, status: 0, ok: false });
		expect(evaluate(probe(0), now).findings).toEqual([
			{ subject: 'requests failed', wanted: '≤ 0', seen: '1' },
		]);
		now.journal.since = 3;
		expect(evaluate(probe(1), now).verdict).toBe('false');
	});

	it('does not count a zombie as a process', () => {
		const now = evidence();
		const process = { pid: 7, ppid: 1, comm: 'sleep', args: [], state: 'Z', nspid: [7], ns: {} };
		const facts = {
			processes: [{ ...process, cgroup: '', uid: 0, rssBytes: 0, cpuMs: 0, startMs: 0 }],
		};
		now.guest.facts.set('node-1', facts as unknown as NodeFacts);
		const probe: ProcProbe = {
			probe: 'proc',
			on: 'node-1',
			comm: 'sleep',
			namespaces: {},
			shares: [],
			count: { eq: 1 },
		};
		expect(evaluate(probe, now).verdict).toBe('false');
		expect(evaluate({ ...probe, state: 'Z' }, now).verdict).toBe('true');
	});

	it('calls what it could not look at unknown, also inside not, and false only what is false', () => {
		const now = evidence();
		now.guest.files.set(guestKey('node-1', '/x'), new Error('node-1 is off'));
		expect(evaluate(file, now).verdict).toBe('unknown');
		expect(evaluate({ probe: 'not', of: file }, now).verdict).toBe('unknown');
		expect(evaluate({ probe: 'any', of: [quiz, file] }, now).verdict).toBe('unknown');
		expect(evaluate({ probe: 'all', of: [quiz, file] }, now).verdict).toBe('false');
		now.journal.quizzes.add('q');
		expect(evaluate({ probe: 'any', of: [quiz, file] }, now).verdict).toBe('true');
		expect(evaluate({ probe: 'all', of: [quiz, file] }, now).verdict).toBe('unknown');
	});

	it('counts distinct answers of several requests', () => {
		const probe: HttpProbe = {
			probe: 'http',
			from: 'node-2',
			service: 'web',
			path: '/',
			tries: 3,
			distinct: { gte: 2 },
		};
		const now = evidence();
		const answer = (body: string) => ({ status: 200, body, took: 1 });
		now.guest.http.set(httpKey(probe), ['a', 'a', 'a'].map(answer));
		expect(evaluate(probe, now).findings).toMatchObject([{ wanted: '≥ 2', seen: '1' }]);
		now.guest.http.set(httpKey(probe), ['a', 'b', 'a'].map(answer));
		expect(evaluate(probe, now).verdict).toBe('true');
		now.guest.http.set(httpKey(probe), []);
		expect(evaluate(probe, now).verdict).toBe('false');
	});

	it('compares an answer with the live fact', () => {
		const fact = { kind: 'Pod', ns: 'default', name: 'web', path: 'status.podIP' };
		const probe: Probe = { probe: 'answer', field: 'ip', fact };
		const now = evidence([object('Pod', 'web', { status: { podIP: '10.1.1.1' } })]);
		expect(evaluate(probe, now).findings).toMatchObject([{ seen: { term: 'no-answer' } }]);
		for (const wide of ['１０.１.１.１', '10。1．1。1　']) {
			now.journal.answers['ip'] = wide;
			expect(evaluate(probe, now).verdict, wide).toBe('true');
		}
		now.journal.answers['ip'] = ' 10.1.1.1 ';
		expect(evaluate(probe, now).verdict).toBe('true');
	});
});
