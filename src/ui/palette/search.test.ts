import { describe, expect, it } from 'vitest';
import type { SearchText } from '../../lesson/lesson.ts';
import { CourseSearch, tokenize } from './search.ts';

const text = (locale: 'zh-CN' | 'en', step: string, title: string, words: string): SearchText => ({
	locale,
	lesson: 'layers',
	step,
	title,
	lessonTitle: locale === 'en' ? 'Layers' : '分层',
	words,
});
const texts = [
	text('zh-CN', 'copy', '写时复制', '改一个下层的文件，副本出现在 upper 里。'),
	text('zh-CN', 'delete', '删除', '删除以后留下一个白障文件。'),
	text('en', 'copy', 'Copy on write', 'Change a file below: the copy is in upperdir=/upper.'),
];

describe('the search over the lessons’ texts', () => {
	it('cuts Han into words and leaves names of files whole', () => {
		expect(tokenize('运行 kubectl apply -f web.yaml，看滚动更新')).toEqual(
			expect.arrayContaining(['kubectl', 'apply', 'web.yaml', '更新']),
		);
		expect(tokenize('滚动更新').join('')).toBe('滚动更新');
	});

	it('finds a word in the middle of a sentence without spaces', () => {
		const search = new CourseSearch(texts, 'zh-CN');
		expect(search.find('副本').map(({ step }) => step)).toEqual(['copy']);
		expect(search.find('删除').map(({ step }) => step)).toEqual(['delete']);
		expect(search.find('upperdir')).toEqual([]);
	});

	it('finds the beginning of a word, the title first', () => {
		const search = new CourseSearch(texts, 'en');
		expect(search.find('upp').map(({ step }) => step)).toEqual(['copy']);
	});
});
