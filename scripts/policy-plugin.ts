import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

/**
 * What a page may load and run. Scripts are the site's own files and those that stand in the page; WebAssembly is the
 * emulator. Styles are free: components, editor and terminal write their own. v86 starts a worker of a blob, and
 * so do frames with an opaque origin.
 *
 * A `<meta>` cannot say who may frame a page: everybody may.
 */
const common: Record<string, string> = {
	'default-src': "'self'",
	'worker-src': "'self' blob:",
	'style-src': "'self' 'unsafe-inline'",
	'img-src': "'self' data: blob:",
	'object-src': "'none'",
	'base-uri': "'none'",
	'form-action': "'none'",
};

/**
 * Where pages of the machines are shown, in a frame without an origin: what they bring with them may run, and nothing that
 * they do reaches any network or file.
 */
const framed: Record<string, string> = {
	'default-src': "'none'",
	'script-src': "'unsafe-inline' 'unsafe-eval' data: blob:",
	'style-src': "'unsafe-inline' data: blob:",
	'img-src': 'data: blob:',
	'font-src': 'data: blob:',
	'media-src': 'data: blob:',
	'connect-src': 'data: blob:',
	'form-action': "'none'",
};

/**
 * Pages that ask other hosts: an embed reports to the learning platform that started it (cmi5), and the course map
 * fetches a lesson from the address that the reader types.
 */
const asksOthers = /^(?:embed|[\w-]+\/index)\.html$/;

/** The texts of the scripts that stand in a page. */
function inlineScripts(html: string): string[] {
	return html
		.split('<script')
		.slice(1)
		.flatMap((rest) => {
			const begin = rest.indexOf('>') + 1;
			if (rest.slice(0, begin).includes(' src=')) return [];
			return [rest.slice(begin, rest.indexOf('</script>'))];
		});
}

const written = (directives: Record<string, string>) =>
	Object.entries(directives)
		.map(([directive, sources]) => `${directive} ${sources}`)
		.join('; ');

function policyOf(name: string, html: string): string {
	if (name === 'frame.html') return written(framed);
	const hashes = inlineScripts(html).map(
		(text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
	);
	const scripts = ["'self'", "'wasm-unsafe-eval'", ...new Set(hashes)].join(' ');
	return written({
		...common,
		'script-src': scripts,
		'connect-src': asksOthers.test(name) ? '*' : "'self'",
	});
}

/** The page with its policy before everything that the policy is about. */
function withPolicy(name: string, html: string): string {
	const meta = `<meta http-equiv="Content-Security-Policy" content="${policyOf(name, html)}" />`;
	return html.replace('<meta charset="utf-8" />', (charset) => `${charset}\n\t\t${meta}`);
}

/** Gives every built page its Content-Security-Policy. After all that writes pages. */
export function contentSecurityPolicy(): Plugin {
	return {
		name: 'content-security-policy',
		apply: 'build',
		enforce: 'post',
		generateBundle: {
			order: 'post',
			handler(_options, bundle) {
				for (const [name, file] of Object.entries(bundle))
					if (name.endsWith('.html') && file.type === 'asset')
						file.source = withPolicy(name, String(file.source));
			},
		},
	};
}
