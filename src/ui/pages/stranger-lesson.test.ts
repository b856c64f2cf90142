import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it } from 'vitest';
import { spoiledLesson } from '../../../test/soak/lesson-text.ts';
import { Random } from '../../../test/soak/random.ts';
import type { Lesson } from '../../lesson/lesson.ts';
import { LessonError } from '../../lesson/lesson-error.ts';
import type { LessonFiles } from '../../lesson/load.ts';
import { readStrangerFiles } from '../../lesson/stranger.ts';
import ReadingLesson from './ReadingLesson.svelte';

const paths = import.meta.glob<string>('/lessons/*/*/**', {
	query: '?raw',
	import: 'default',
	eager: true,
});

/** The lessons of the course, as files by path. */
function lessons(): LessonFiles[] {
	const found = new Map<string, LessonFiles>();
	for (const [path, text] of Object.entries(paths)) {
		const [, part = '', name = '', rest = ''] =
			/^\/lessons\/([^/]+)\/([^/]+)\/(.+)$/.exec(path) ?? [];
		found.set(`${part}/${name}`, { ...found.get(`${part}/${name}`), [rest]: text });
	}
	return [...found.values()].filter((files) => files['lesson.yaml'] !== undefined);
}

afterEach(() => document.body.replaceChildren());

/** What of a page could run what somebody else has written. */
function dangers(root: Element): string[] {
	return [...root.querySelectorAll('*')].flatMap((element) => {
		const tag = element.tagName.toLowerCase();
		const isProgram = /^(?:script|iframe|object|embed|img|link|style|base|meta)$/.test(tag);
		const attributes = [...element.attributes].flatMap(({ name, value }) => {
			const isAddress = /^(?:href|src|action|formaction|xlink:href)$/.test(name);
			const isElsewhere = isAddress && !/^(?:https?:|#|\.{0,2}\/)/.test(value);
			return name.startsWith('on') || name === 'srcdoc' || isElsewhere ? [`${name}=${value}`] : [];
		});
		return [...(isProgram ? [tag] : []), ...attributes];
	});
}

async function shown(lesson: Lesson): Promise<string[]> {
	const app = mount(ReadingLesson, { target: document.body, props: { lesson, solutions: 'open' } });
	flushSync();
	const found = dangers(document.body);
	expect(document.body.querySelectorAll('h1')).toHaveLength(1);
	await unmount(app);
	return found;
}

it('shows nothing of a stranger’s lesson that runs by itself', { timeout: 60_000 }, async () => {
	const whole = lessons();
	let read = 0;
	for (let seed = 1; read < 6; seed++) {
		const random = new Random(seed);
		const files = spoiledLesson(random, random.pick(whole));
		try {
			const { lesson } = readStrangerFiles(files);
			read++;
			expect(await shown(lesson)).toEqual([]);
		} catch (error) {
			if (!(error instanceof LessonError)) throw error;
		}
	}
});

it('would see it', () => {
	document.body.innerHTML = '<p onclick="x"><a href="javascript:x">a</a><script></script></p>';
	expect(dangers(document.body)).toEqual(['onclick=x', 'href=javascript:x', 'script']);
});
