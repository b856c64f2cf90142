import { readFileSync } from 'node:fs';
import type { LessonSummary } from '../src/lesson/lesson.ts';

const style = (name: string) =>
	readFileSync(new URL(`../src/ui/${name}`, import.meta.url), 'utf8')
		.split('/*')
		.map((part, index) => (index === 0 ? part : part.slice(part.indexOf('*/') + 2)))
		.join('');

/** What the page needs to know about the site: it may be asked for at any depth, so it looks for this file. */
export const siteIndex = (lessons: readonly LessonSummary[]): string =>
	JSON.stringify({ lessons: lessons.map(({ id, aliases, title }) => ({ id, aliases, title })) });

/** Runs in the page: finds the folder of the site, makes the links right and guesses what was meant. */
const script = `
const own = location.pathname.split('/').filter(Boolean).map(decodeURIComponent);
const locale = own.includes('zh-CN') || (!own.includes('en') && /^zh/i.test(navigator.language)) ? 'zh-CN' : 'en';
for (const part of document.querySelectorAll('[data-for]')) part.hidden = part.dataset.for !== locale;
document.documentElement.lang = locale;
const near = (a, b) => a.includes(b) || b.includes(a) || a.split('-').some((word) => word.length > 3 && b.includes(word));
async function find() {
	for (let depth = own.length; depth >= 0; depth--) {
		const root = '/' + own.slice(0, depth).map((one) => encodeURIComponent(one) + '/').join('');
		const answer = await fetch(root + 'site.json').catch(() => undefined);
		if (!answer?.ok || !/json/.test(answer.headers.get('content-type') ?? '')) continue;
		for (const link of document.querySelectorAll('[data-way]')) link.href = root + link.dataset.way;
		const { lessons } = await answer.json();
		const asked = own.slice(depth).findLast((one) => one !== 'index.html') ?? '';
		const renamed = lessons.find((one) => one.aliases.includes(asked) || one.id === asked);
		if (renamed) return location.replace(root + locale + '/lesson/' + renamed.id + '/' + location.search + location.hash);
		const guesses = lessons.filter((one) => near(one.id, asked.toLowerCase())).slice(0, 4);
		const list = document.querySelector('[data-for="' + locale + '"] .near');
		for (const { id, title } of guesses) {
			const link = document.createElement('a');
			link.href = root + locale + '/lesson/' + id + '/';
			link.textContent = title[locale];
			list.appendChild(document.createElement('li')).append(link);
		}
		list.closest('section').hidden = guesses.length === 0;
		return;
	}
}
void find();
`;

interface Words {
	title: string;
	about: string;
	near: string;
	ways: string;
	links: [string, string][];
}

const part = (locale: string, { title, about, near, ways, links }: Words) => `
		<div lang="${locale}" data-for="${locale}">
			<h1>${title}</h1>
			<p>${about}</p>
			<section hidden><h2>${near}</h2><ul class="near"></ul></section>
			<h2>${ways}</h2>
			<ul>${links.map(([path, text]) => `<li><a href="./${path}" data-way="${path}">${text}</a></li>`).join('')}</ul>
		</div>`;

const en: Words = {
	title: 'There is no such page',
	about: 'The address may have a typing error, or the lesson has another name by now.',
	near: 'Perhaps you mean',
	ways: 'Where to go from here',
	links: [
		['en/', 'The course'],
		['en/sandbox/', 'The sandbox: machines without a lesson'],
		['en/teach/', 'For teachers'],
	],
};
const zh: Words = {
	title: '没有这个页面',
	about: '地址可能写错了，也可能这一课已经改名。',
	near: '你要找的也许是',
	ways: '可以去这些地方',
	links: [
		['zh-CN/', '课程'],
		['zh-CN/sandbox/', '自由练习：没有课文的机器'],
		['zh-CN/teach/', '教师'],
	],
};

/** `404.html`: complete in itself, since no relative address holds at every depth. */
export const notFoundPage = (): string => `<!doctype html>
<html lang="en">
	<head>
		<meta charset="utf-8" />
		<meta name="viewport" content="width=device-width, initial-scale=1" />
		<meta name="color-scheme" content="light dark" />
		<meta name="robots" content="noindex" />
		<title>404 · Drydock</title>
		<style>${style('theme.css')}${style('base.css')}
		.gate main { display: grid; gap: var(--space-6); margin-top: 10vh; }
		.gate h1 { margin-bottom: var(--space-2); }
		.gate h2 { margin-top: var(--space-4); font-size: var(--step-0); }
		.gate ul { gap: var(--space-2); margin-top: var(--space-2); }
		.gate a { display: inline; font-size: var(--step-0); }
		</style>
	</head>
	<body class="gate">
		<main>${part('en', en)}${part('zh-CN', zh)}</main>
		<script type="module">${script}</script>
	</body>
</html>
`;
