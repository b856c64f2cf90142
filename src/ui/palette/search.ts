import MiniSearch from 'minisearch';
import type { Locale, SearchText } from '../../lesson/lesson.ts';

/** Words of both scripts: Han has no spaces, so the browser cuts it; without a cutter pairs of characters have to do. */
export function tokenize(text: string): string[] {
	const latin = text.match(/[\p{L}\p{N}][\p{L}\p{N}._/-]*/gu) ?? [];
	const plain = latin.filter((word) => !/\p{Script=Han}/u.test(word));
	return [...plain, ...(text.match(/\p{Script=Han}+/gu) ?? []).flatMap(cutHan)];
}

function cutHan(text: string): string[] {
	if (typeof Intl.Segmenter === 'function') {
		const words = new Intl.Segmenter('zh-CN', { granularity: 'word' }).segment(text);
		return [...words].map(({ segment }) => segment);
	}
	if (text.length === 1) return [text];
	return Array.from({ length: text.length - 1 }, (_, index) => text.slice(index, index + 2));
}

export type Found = Pick<SearchText, 'lesson' | 'step' | 'title' | 'lessonTitle'>;

/** Searches every step of the course in one language; built when it is asked for the first time. */
export class CourseSearch {
	readonly #index: MiniSearch;

	constructor(texts: readonly SearchText[], locale: Locale) {
		this.#index = new MiniSearch({
			fields: ['title', 'lessonTitle', 'words'],
			storeFields: ['lesson', 'step', 'title', 'lessonTitle'],
			tokenize,
			searchOptions: { boost: { title: 4, lessonTitle: 3 }, prefix: true, combineWith: 'AND' },
		});
		const own = texts.filter((text) => text.locale === locale);
		this.#index.addAll(own.map((text, id) => ({ id, ...text })));
	}
	find(query: string, most = 8): Found[] {
		return this.#index.search(query).slice(0, most) as unknown as Found[];
	}
}

const built: Partial<Record<Locale, Promise<CourseSearch>>> = {};

export function courseSearch(locale: Locale): Promise<CourseSearch> {
	const known = built[locale];
	if (known) return known;
	const building = import('virtual:search').then(
		(texts) => new CourseSearch(texts.default, locale),
	);
	built[locale] = building;
	// What did not arrive is asked for again with the next letter.
	building.catch(() => delete built[locale]);
	return building;
}
