import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { SeededRng } from '../util/rng.ts';
import { LessonError } from './lesson-error.ts';
import { fetchStranger, readStranger, readStrangerZip } from './stranger.ts';

const yaml = `format: 1
id: theirs
version: 1
level: basic
minutes: 5
real: { linux: real, docker: none, kubernetes: none }
cluster: { nodes: 1, runs: linux }
terminals: [{ on: node-1 }]
layout: { preset: split, view: processes }
scene: [{ put: a.txt, on: node-1, to: /root/a.txt }]
steps:
  - id: one
    checks: [{ id: c, command: { matches: '^ls' } }]
    solution: [ls]
`;
const md = '# Theirs\n\n<!-- step: one -->\n## One\n\n:::task{check=c}\nDo `ls`.\n:::\n';
const folder = (rest: Record<string, string | undefined> = {}): Record<string, Uint8Array> =>
	Object.fromEntries(
		Object.entries({ 'lesson.yaml': yaml, 'en.md': md, 'files/a.txt': 'a', ...rest }).flatMap(
			([path, text]) => (text === undefined ? [] : [[path, strToU8(text)]]),
		),
	);

describe('a lesson from elsewhere', () => {
	it('is read from a folder, a zip and an address; one language stands for both', async () => {
		const { lesson, languages } = readStranger(folder());
		expect(languages).toEqual(['en']);
		expect(lesson.text['zh-CN'].title).toBe('Theirs');
		expect(lesson.files).toEqual({ 'a.txt': 'a' });
		const zip = zipSync({ theirs: folder({ 'zh-CN.md': md }) });
		expect((await readStrangerZip(zip)).languages).toEqual(['zh-CN', 'en']);
		const asked: (RequestInit | undefined)[] = [];
		const get = async (_url: unknown, init?: RequestInit) => {
			asked.push(init);
			return new Response(new Blob([new Uint8Array(zip)]));
		};
		expect((await fetchStranger('https://school.example/l.zip', get)).lesson.id).toBe('theirs');
		expect(asked).toMatchObject([{ credentials: 'omit', referrerPolicy: 'no-referrer' }]);
	});

	it.each([
		[{ 'lesson.yaml': undefined }, 'lesson.yaml:1: this file is missing'],
		[{ 'en.md': undefined }, 'en.md:1: a lesson has en.md or zh-CN.md'],
		[{ 'media/a.svg': '<svg/>' }, 'media/a.svg:1: a lesson consists of'],
		[{ 'index.html': '<p>' }, 'index.html:1: a lesson consists of'],
		[{ 'files/../../a': 'x' }, 'this is no path inside a lesson'],
		[{ 'files/a.txt': 'a\0b' }, 'files/a.txt:1: this is not a text file'],
		[{ 'en.md': `${md}\n<script>alert(1)</script>\n` }, 'en.md:10: raw HTML is not allowed'],
		[{ 'en.md': `${md}\nA <b>b</b>\n` }, 'en.md:10: raw HTML is not allowed'],
		[{ 'en.md': `${md}\n![a](https://x.example/a.png)\n` }, 'en.md:10: image is not part of'],
		[{ 'en.md': `${md}\n[a](javascript:alert(1))\n` }, 'only http(s) and relative links'],
		[{ 'en.md': `${md}\n[a](data:text/html,x)\n` }, 'only http(s) and relative links'],
		[{ 'en.md': `${md}\n[a](//x.example)\n` }, 'only http(s) and relative links'],
		[{ 'lesson.yaml': yaml.replace("'^ls'", "'^(?=l)(a)\\1'") }, 'lesson.yaml:13: this pattern'],
		[{ 'lesson.yaml': yaml.replace('[ls]', '[&a [*a]]') }, 'lesson.yaml:14:'],
		[{ 'en.md': `${md}${'>'.repeat(100)} a\n` }, 'en.md:9: this is nested too deeply'],
		[{ 'en.md': `${md}${'a'.repeat(9000)}\n` }, 'en.md:9: this line is too long'],
		[{ 'en.md': `${md}\n${'a_b*\n'.repeat(300)}` }, 'en.md:10: more than 5000 characters or 400'],
		[{ 'en.md': `${md}\n${'word\n'.repeat(2000)}` }, 'en.md:10: more than 5000 characters'],
		[{ 'en.md': `${md}${':::note\n'.repeat(50)}` }, 'blocks are nested too deeply'],
	])('is refused for %o', (rest, reason) => {
		expect(() => readStranger(folder(rest as Record<string, string>))).toThrow(reason);
	});

	it('is refused when it is too much, before it is unpacked', async () => {
		const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`files/${i}`, 'x']));
		expect(() => readStranger(folder(many))).toThrow('more than 200 files');
		const bomb = zipSync({ 'files/a': new Uint8Array(30_000_000) }, { level: 9 });
		expect(bomb.length).toBeLessThan(100_000);
		await expect(readStrangerZip(bomb)).rejects.toThrow('holds more than a lesson can');
		await expect(readStrangerZip(strToU8('no zip'))).rejects.toThrow('is no zip file');
		await expect(fetchStranger('file:///etc/passwd')).rejects.toThrow('only http(s)');
		const large = async () => new Response(new Blob([new Uint8Array(3_000_000)]));
		await expect(fetchStranger('https://x.example/', large)).rejects.toThrow('larger than');
	});

	it('never does anything but load or complain, whatever is in it', () => {
		const rng = new SeededRng(11);
		const pieces = [
			'\n',
			':::',
			'{{exec',
			'}}',
			'`',
			'[',
			'](',
			'- ',
			'#',
			'<!-- step: ',
			'+++',
			'\t',
			'*',
			'|',
			'&a',
			'{',
			'%{x}',
			'\u2028',
			'文',
			'"',
		];
		const spoil = (text: string): string => {
			let spoiled = text;
			for (let times = 1 + rng.next() * 4; times > 0; times--) {
				const at = Math.floor(rng.next() * spoiled.length);
				const cut = Math.floor(rng.next() * 12);
				const piece = pieces[Math.floor(rng.next() * pieces.length)] ?? '';
				spoiled = spoiled.slice(0, at) + piece + spoiled.slice(at + cut);
			}
			return spoiled;
		};
		let refused = 0;
		for (let round = 0; round < 400; round++) {
			const one = folder({ 'lesson.yaml': spoil(yaml), 'en.md': spoil(md) });
			try {
				expect(readStranger(one).lesson.steps.length).toBeGreaterThan(0);
			} catch (error) {
				expect(error).toBeInstanceOf(LessonError);
				refused++;
			}
		}
		expect(refused).toBeGreaterThan(100);
	});
});
