import { zipSync, type Zippable } from 'fflate';

export type ScormVersion = '1.2' | '2004';

export interface ScormPackageOptions {
	version: ScormVersion;
	/** Id of the lesson; the package's, too. */
	lesson: string;
	title: string;
	locale: string;
	/** Query parameters of the embedded lesson (docs/embedding.md). */
	parameters: Record<string, string>;
	/** The text of `scorm-launch.js`. */
	script: string;
	/** A thin package shows the lesson from this address; a full one from the files beside it. */
	content: { base: string } | { files: Record<string, Uint8Array> };
}

const siteFolder = 'site/';

const entities: Record<string, string> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&apos;',
};
export const escapeXml = (text: string) =>
	text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
/** A `<` in JSON could end the script element around it. */
const inScript = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c');

const schemas = {
	'1.2': {
		attributes:
			'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"',
		schemaversion: '1.2',
		resource: 'adlcp:scormtype="sco"',
	},
	'2004': {
		attributes:
			'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss"',
		schemaversion: '2004 4th Edition',
		resource: 'adlcp:scormType="sco"',
	},
} as const;

function manifest(options: ScormPackageOptions, files: readonly string[]): string {
	const { version, lesson, title } = options;
	const schema = schemas[version];
	const id = `drydock-${escapeXml(lesson)}`;
	const list = files.map((file) => `\t\t\t<file href="${escapeXml(file)}"/>`).join('\n');
	return `<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="${id}" version="1.0" ${schema.attributes}>
	<metadata>
		<schema>ADL SCORM</schema>
		<schemaversion>${schema.schemaversion}</schemaversion>
	</metadata>
	<organizations default="${id}-org">
		<organization identifier="${id}-org">
			<title>${escapeXml(title)}</title>
			<item identifier="${id}-item" identifierref="${id}-resource">
				<title>${escapeXml(title)}</title>
			</item>
		</organization>
	</organizations>
	<resources>
		<resource identifier="${id}-resource" type="webcontent" ${schema.resource} href="launch.html">
${list}
		</resource>
	</resources>
</manifest>
`;
}

function launchPage({ title, locale, lesson, parameters, content }: ScormPackageOptions): string {
	const launch = {
		base: 'base' in content ? content.base : `./${siteFolder}`,
		options: { ...parameters, lesson, lang: locale, boot: 'auto' },
	};
	return `<!doctype html>
<html lang="${escapeXml(locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(title)}</title>
</head>
<body>
<script type="application/json">${inScript(launch)}</script>
<script src="scorm-launch.js"></script>
</body>
</html>
`;
}

/**
 * A SCORM package as a zip. SCORM's interface is looked for in the pages around, which only a file that the
 * learning platform serves itself may do: so the platform gets `launch.html`, and that one holds the lesson's frame.
 */
export function scormPackage(options: ScormPackageOptions): Uint8Array<ArrayBuffer> {
	const text = new TextEncoder();
	const site = 'files' in options.content ? options.content.files : {};
	const entries: Zippable = {
		'launch.html': text.encode(launchPage(options)),
		'scorm-launch.js': text.encode(options.script),
	};
	// The images are compressed already.
	for (const [path, bytes] of Object.entries(site))
		entries[`${siteFolder}${path}`] = [
			bytes,
			{ level: /\.(html|js|css|json)$/.test(path) ? 6 : 0 },
		];
	const names = Object.keys(entries);
	return zipSync({ 'imsmanifest.xml': text.encode(manifest(options, names)), ...entries });
}
