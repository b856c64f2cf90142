/** A mistake in a lesson's files, in the form an author can jump to. */
export class LessonError extends Error {
	readonly file: string;
	readonly line: number;
	readonly reason: string;
	constructor(file: string, line: number, reason: string) {
		super(`${file}:${line}: ${reason}`);
		this.name = 'LessonError';
		this.file = file;
		this.line = line;
		this.reason = reason;
	}
}
