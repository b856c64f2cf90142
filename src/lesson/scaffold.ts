import type { LessonFiles } from './load.ts';

const runsOf = (part: string) =>
	part.endsWith('kubernetes') ? 'kubernetes' : part.endsWith('docker') ? 'docker' : 'linux';

function structure(part: string, id: string): string {
	const runs = runsOf(part);
	const real = `linux: real, docker: ${runs === 'docker' ? 'real' : 'none'}, kubernetes: ${runs === 'kubernetes' ? 'modelled' : 'none'}`;
	return `# yaml-language-server: $schema=../../schema/lesson.schema.json
format: 1
id: ${id}
version: 1
level: basic
minutes: 10
source:
  - { seed: S0, part: Introduction }
real: { ${real} }
cluster: { nodes: ${runs === 'kubernetes' ? 2 : 1}, runs: ${runs} }
terminals:
  - { on: node-1 }
layout: { preset: split, view: processes }
cheats:
  - ps -ef
steps:
  - id: first
    view: processes
    checks:
      - id: started
        proc: { on: node-1, comm: sleep }
      - id: which
        quiz: which
    solution:
      - sleep 600 &
      - quiz: which
    reset:
      - pkill sleep
`;
}

function text(
	words: Record<
		'title' | 'intro' | 'step' | 'wait' | 'done' | 'ask' | 'no' | 'yes' | 'finish',
		string
	>,
): string {
	return `# ${words.title}

${words.intro}

<!-- step: first -->
## ${words.step}

\`sleep 600 &\`{{exec node-1}}

:::task{check=started}
${words.wait}
+++
${words.done}
:::

:::quiz{#which}
${words.ask}
- [ ] ${words.no}
- [x] ${words.yes}
:::

<!-- finish -->
${words.finish}
`;
}

/** The files of a small lesson that works, for an author to change. */
export function scaffold(part: string, id: string): LessonFiles {
	return {
		'lesson.yaml': structure(part, id),
		'en.md': text({
			title: 'A new lesson',
			intro: 'What you will be able to do at the end.',
			step: 'Start a program',
			wait: 'Waiting for a `sleep`…',
			done: 'It runs.',
			ask: 'What is a process?',
			no: 'A file on the disk.',
			yes: 'A program that runs.',
			finish: '- You can start a program and find it again.',
		}),
		'zh-CN.md': text({
			title: '新的一课',
			intro: '学完以后你会做什么。',
			step: '启动一个程序',
			wait: '等待一个 `sleep` 进程…',
			done: '它在运行。',
			ask: '什么是进程？',
			no: '磁盘上的一个文件。',
			yes: '正在运行的程序。',
			finish: '- 你会启动一个程序，也会把它找出来。',
		}),
	};
}

/**
 * `course.yaml` with the lesson at the end of its part, unless it is named already; undefined when there is no such
 * part. Line by line, so that comments and form stay.
 */
export function withLesson(course: string, part: string, id: string): string | undefined {
	const lines = course.split('\n');
	const named = new RegExp(`^\\s*- (?:\\{ id: )?${id}\\b(?!-)`);
	if (lines.some((line) => named.test(line) && line.startsWith('      '))) return course;
	const begin = lines.findIndex((line) => line === `  - id: ${part}`);
	if (begin === -1) return undefined;
	const next = lines.findIndex((line, index) => index > begin && line.startsWith('  - id: '));
	const end = next === -1 ? lines.length : next;
	const last = lines.slice(0, end).findLastIndex((line) => line.startsWith('      - '));
	if (last <= begin) return undefined;
	return [...lines.slice(0, last + 1), `      - ${id}`, ...lines.slice(last + 1)].join('\n');
}
