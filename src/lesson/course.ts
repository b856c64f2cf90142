import type { Course, GlossaryEntry } from './lesson.ts';
import { YamlReader } from './yaml-reader.ts';

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
				part.keys(['id', 'title', 'lessons']);
				return {
					id: part.need('id').slug(),
					title: part.need('title').localized(),
					lessons: part
						.need('lessons')
						.items()
						.map((lesson) => lesson.slug()),
				};
			}),
	};
}

/** Reads `glossary.yaml`. */
export function parseGlossary(file: string, text: string): GlossaryEntry[] {
	const root = YamlReader.parse(file, text);
	return root.items().map((item) => {
		item.keys(['term', 'name', 'definition']);
		return {
			term: item.need('term').string(),
			name: item.need('name').localized(),
			definition: item.need('definition').localized(),
		};
	});
}
