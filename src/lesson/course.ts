import type { ComingLesson, Course, CoursePart, GlossaryEntry } from './lesson.ts';
import { locales } from './lesson.ts';
import { YamlReader } from './yaml-reader.ts';

function parseEntry(value: YamlReader): string | ComingLesson {
	if (value.isScalar) return value.slug();
	value.keys(['id', 'title']);
	return { id: value.need('id').slug(), title: value.need('title').localized() };
}

/** Reads `course.yaml`. */
export function parseCourse(file: string, text: string): Course {
	const root = YamlReader.parse(file, text);
	root.keys(['title', 'licence', 'parts']);
	return {
		title: root.need('title').localized(),
		licence: root.need('licence').string(),
		parts: root
			.need('parts')
			.items()
			.map((part) => {
				part.keys(['id', 'title', 'about', 'lessons']);
				return {
					id: part.need('id').slug(),
					title: part.need('title').localized(),
					about: part.need('about').localized(),
					lessons: part.need('lessons').items().map(parseEntry),
				};
			}),
	};
}

export const entryId = (entry: CoursePart['lessons'][number]): string =>
	typeof entry === 'string' ? entry : entry.id;

/**
 * The course with what is written: an entry with a title whose lesson is there becomes a link, one whose lesson is
 * not there stays as it is and counts as coming.
 */
export function settleCourse(course: Course, written: readonly string[]): Course {
	const settle = (entry: string | ComingLesson) =>
		written.includes(entryId(entry)) ? entryId(entry) : entry;
	return {
		...course,
		parts: course.parts.map((part) => ({ ...part, lessons: part.lessons.map(settle) })),
	};
}

/** Reads `glossary.yaml`. */
export function parseGlossary(file: string, text: string): GlossaryEntry[] {
	const root = YamlReader.parse(file, text);
	return root.items().map((item) => {
		item.keys(['term', 'name', 'definition', 'avoid']);
		const entry: GlossaryEntry = {
			term: item.need('term').string(),
			name: item.need('name').localized(),
			definition: item.need('definition').localized(),
		};
		const avoid = item.get('avoid');
		if (avoid.missing) return entry;
		const words = avoid.keys(locales).map(
			(locale) =>
				[
					locale,
					avoid
						.get(locale)
						.items()
						.map((word) => word.string()),
				] as const,
		);
		return { ...entry, avoid: Object.fromEntries(words) };
	});
}
