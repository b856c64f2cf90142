/* eslint-disable @typescript-eslint/consistent-type-imports -- an ambient module has no import statements */
/** The course without its lessons' texts, read while the page is built. */
declare module 'virtual:course' {
	export const course: import('../lesson/lesson.ts').Course;
	/** Written lessons in the order of the course. */
	export const lessons: readonly import('../lesson/lesson.ts').LessonSummary[];
	/** Each lesson is a file of its own. */
	export const loadLesson: Readonly<
		Record<string, (() => Promise<import('../lesson/lesson.ts').Lesson>) | undefined>
	>;
}

declare module 'virtual:glossary' {
	const glossary: readonly import('../lesson/lesson.ts').GlossaryEntry[];
	export default glossary;
}

declare module 'virtual:version' {
	/** As in package.json. */
	export const version: string;
}

declare module 'virtual:about' {
	export const about: {
		/** Of the sources; undefined where they lie without their history. */
		commit?: string;
		/** An address, or a file's path below the site. */
		sources?: string;
		/** Documents of ours as HTML. */
		limits: string;
		thirdParty: string;
	};
}

declare module 'virtual:search' {
	const texts: readonly import('../lesson/lesson.ts').SearchText[];
	export default texts;
}
