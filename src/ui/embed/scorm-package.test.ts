import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { scormPackage, type ScormPackageOptions } from './scorm-package.ts';

const options: ScormPackageOptions = {
	version: '1.2',
	lesson: 'pod',
	title: 'Pods & <friends>',
	locale: 'en',
	parameters: { steps: 'a..b' },
	script: 'script()',
	content: { base: 'https://lessons.example/' },
};

function open(bytes: Uint8Array) {
	const files = unzipSync(bytes);
	const text = (name: string) => strFromU8(files[name] ?? new Uint8Array());
	const xml = new DOMParser().parseFromString(text('imsmanifest.xml'), 'text/xml');
	return { files: Object.keys(files), text, xml };
}

describe('a SCORM package', () => {
	it('is thin: a manifest, a page, and the script that shows the lesson from its site', () => {
		const { files, text, xml } = open(scormPackage(options));
		expect(files).toEqual(['imsmanifest.xml', 'launch.html', 'scorm-launch.js']);
		expect(xml.querySelector('schemaversion')?.textContent).toBe('1.2');
		expect(xml.querySelector('item > title')?.textContent).toBe('Pods & <friends>');
		expect(xml.querySelector('resource')?.getAttribute('href')).toBe('launch.html');
		const page = new DOMParser().parseFromString(text('launch.html'), 'text/html');
		const data = page.querySelector('script[type="application/json"]')?.textContent ?? '';
		expect(JSON.parse(data)).toEqual({
			base: 'https://lessons.example/',
			options: { lesson: 'pod', lang: 'en', boot: 'auto', steps: 'a..b' },
		});
	});

	it('is full: the site lies inside, and every file is in the manifest', () => {
		const site = { 'embed.html': new Uint8Array([1]), 'images/a.zst': new Uint8Array([2, 3]) };
		const { files, xml } = open(
			scormPackage({ ...options, version: '2004', content: { files: site } }),
		);
		expect(files).toContain('site/images/a.zst');
		expect(xml.querySelector('schemaversion')?.textContent).toBe('2004 4th Edition');
		const listed = [...xml.querySelectorAll('file')].map((file) => file.getAttribute('href'));
		expect(listed).toEqual(files.filter((file) => file !== 'imsmanifest.xml'));
	});
});
