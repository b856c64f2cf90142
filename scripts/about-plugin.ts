import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { marked } from 'marked';
import type { Plugin } from 'vite';

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8');

interface Package {
	version: string;
	repository?: string;
}
const ours = () => JSON.parse(read('package.json')) as Package;

/** Undefined where the sources lie without their history. */
function commit(): string | undefined {
	if (!existsSync(`${root}.git`)) return undefined;
	const args = ['rev-parse', '--short=12', 'HEAD'];
	return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
}

/** What our documents name by its place in the sources, by its place beside the page. */
const inSite: [RegExp, string][] = [
	[/<code>node_modules\/[^<]*<\/code>/g, '<a href="../../licences.txt">licences.txt</a>'],
	[/<code>(images\/(?:manifest\.json|THIRD-PARTY\.txt))<\/code>/g, '<a href="../../$1">$1</a>'],
];

/** A document of ours as a part of a page: without its title. */
function documentHtml(path: string): string {
	const html = marked.parse(read(path).replace(/^# .*\n/, ''), { async: false });
	return inSite.reduce((text, [what, instead]) => text.replace(what, instead), html);
}

/** The licences that docs/third-party.md names, one after the other. */
function licences(): string {
	const paths = read('docs/third-party.md').matchAll(/`node_modules\/([^`]*)\/([^`/]*)`/g);
	return [...paths]
		.map(([, name = '', file = '']) => {
			const text = read(`node_modules/${name}/${file}`).trim();
			return `${name}\n${'='.repeat(name.length)}\n\n${text}\n`;
		})
		.join('\n\n');
}

/** What each virtual module holds. The documents are wanted on one page only. */
const modules: Record<string, () => string> = {
	'virtual:version': () => `export const version = ${JSON.stringify(ours().version)};`,
	'virtual:about': () => {
		const about = {
			commit: commit(),
			sources: process.env['DRYDOCK_SOURCES'] ?? ours().repository,
			limits: documentHtml('docs/limitations.md'),
			thirdParty: documentHtml('docs/third-party.md'),
		};
		return `export const about = ${JSON.stringify(about)};`;
	},
};

/**
 * What a site says about itself: its version, where its sources are (`DRYDOCK_SOURCES`, an address, or a file beside
 * the page), what is narrow in it, and what in it is whose, with `licences.txt`.
 */
export function aboutTheSite(): Plugin {
	let writesSite = false;
	return {
		name: 'about-the-site',
		configResolved: ({ command, build }) => {
			writesSite = command === 'build' && !build.ssr;
		},
		resolveId: (id) => (id in modules ? `\0${id}` : undefined),
		load: (id) => modules[id.slice(1)]?.(),
		generateBundle() {
			if (writesSite)
				this.emitFile({ type: 'asset', fileName: 'licences.txt', source: licences() });
		},
	};
}
