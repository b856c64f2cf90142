import { zipSync } from 'fflate';
import type { Locale } from '../../lesson/lesson.ts';
import { escapeXml } from './scorm-package.ts';

export interface Cmi5PackageOptions {
	lesson: string;
	title: Record<Locale, string>;
	/** What the lesson is about, in a sentence. */
	about: Record<Locale, string>;
	/** Address of the embedded lesson. */
	address: string;
}

const texts = (name: string, words: Record<Locale, string>) =>
	`<${name}>${Object.entries(words)
		.map(([locale, text]) => `<langstring lang="${locale}">${escapeXml(text)}</langstring>`)
		.join('')}</${name}>`;

/** A cmi5 course of one unit, as the zip that platforms import. The address says who is the unit: it must stay. */
export function cmi5Package({
	lesson,
	title,
	about,
	address,
}: Cmi5PackageOptions): Uint8Array<ArrayBuffer> {
	const site = new URL('./', address).href;
	const id = (what: string) => escapeXml(new URL(`${what}/${lesson}`, site).href);
	const words = `${texts('title', title)}${texts('description', about)}`;
	const structure = `<?xml version="1.0" encoding="utf-8"?>
<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
	<course id="${id('course')}">${words}</course>
	<au id="${id('lesson')}" moveOn="Completed" launchMethod="AnyWindow">${words}
		<url>${escapeXml(address)}</url>
	</au>
</courseStructure>
`;
	return zipSync({ 'cmi5.xml': new TextEncoder().encode(structure) });
}
