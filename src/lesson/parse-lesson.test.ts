import { describe, expect, it } from 'vitest';
import { parseLesson } from './parse-lesson.ts';

const lesson = (steps: string) => `format: 1
id: a-lesson
version: 1
level: basic
minutes: 5
real: { linux: real, docker: none, kubernetes: modelled }
cluster: { nodes: 3 }
terminals:
  - { on: node-1 }
layout: { preset: split, view: nodes }
steps:
${steps}`;

const step = (check: string) => `  - id: one
    checks:
      - ${check}
    solution: ["true"]
`;

const read = (text: string) => parseLesson('lesson.yaml', text);
const probeOf = (check: string) => read(lesson(step(check))).steps[0]?.checks[0]?.probe;

describe('parseLesson', () => {
	it('reads the short forms of conditions and amounts', () => {
		expect(
			probeOf(
				'{ id: c, objects: { kind: Pod, labels: app=web, where: { status.phase: Running, a.b: { gte: 2 } }, count: 3 } }',
			),
		).toEqual({
			probe: 'objects',
			kind: 'Pod',
			ns: 'default',
			labels: 'app=web',
			where: [
				{ path: 'status.phase', op: 'eq', value: 'Running' },
				{ path: 'a.b', op: 'gte', value: 2 },
			],
			count: { eq: 3 },
			fresh: false,
		});
	});

	it('gives a command to the first terminal unless it names another', () => {
		const text = lesson(`  - id: one
    checks: [{ id: c, quiz: q }]
    solution: ["ls", { type: pwd, on: node-2 }, { requests: start }, { wait: c }]
`);
		expect(read(text).steps[0]?.solution).toEqual([
			{ do: 'type', text: 'ls', on: 'node-1', returns: true },
			{ do: 'type', text: 'pwd', on: 'node-2', returns: true },
			{ do: 'requests', running: true },
			{ do: 'wait', check: 'c' },
		]);
	});

	it.each([
		[lesson(step('{ id: c, object: { kind: Pod, nam: x } }')), 'lesson.yaml:14: unknown key "nam"'],
		[lesson(step('{ id: c, object: { kind: Pods, name: x } }')), '"Pods" is not one of Pod,'],
		[lesson(step('{ id: c }')), 'lesson.yaml:14: no probe; one of proc,'],
		[
			lesson(step('{ id: c, quiz: a, sh: { on: node-1, run: x } }')),
			'more than one probe: quiz, sh',
		],
		[
			lesson(step('{ id: c, sh: { on: node-1, run: x, matches: "(" } }')),
			'not a regular expression',
		],
		[lesson(step('{ id: c, needs: [d], quiz: q }')), 'this step has no check "d"'],
		[lesson(step('{ id: "C C", quiz: q }')), '"C C" is not a slug'],
		[lesson(step('{ id: c, http: { from: node-1 } }')), 'give either "url" or "service"'],
		[lesson('  - id: one\n    checks: [{ id: c, quiz: q }]\n'), '"solution" is missing'],
		[lesson('  - { id: one }\n  - { id: one }\n'), 'step "one" is there twice'],
		[lesson('  - id: one\n   bad'), 'lesson.yaml:13:'],
		['format: 2', 'this reader knows format 1'],
	])('refuses a mistake with file, line and reason (%#)', (text, reason) => {
		expect(() => read(text)).toThrow(reason);
	});
});
