/* eslint-disable @typescript-eslint/consistent-type-imports -- an ambient module has no import statements */
/** The bundled lessons, read while the page is built; in the order of their numbers. */
declare module 'virtual:lessons' {
	export const lessons: readonly import('../lesson/lesson.ts').Lesson[];
	export const course: import('../lesson/lesson.ts').Course;
	export const glossary: readonly import('../lesson/lesson.ts').GlossaryEntry[];
}
