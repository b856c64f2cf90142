import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import handledInTemplates from './scripts/lint/handled-in-templates.mjs';

const injected = [
	'setTimeout',
	'setInterval',
	'clearTimeout',
	'clearInterval',
	'requestAnimationFrame',
].map((name) => ({ name, message: 'Use the injected Clock (src/util/clock.ts).' }));

const refused = [
	{
		selector: "NewExpression[callee.name='Worker']",
		message: 'Workers are started by src/cluster only.',
	},
	{ selector: 'ExportAllDeclaration', message: 'No barrels: import the file itself.' },
];
/** What a page says of a failure is for people. */
const unworded = {
	selector:
		":not(ConditionalExpression) > CallExpression[callee.name='String'][arguments.0.name=/^(?:error|reason|cause|failure)$/]",
	message: 'That says "Error: …"; `reasonOf` (src/util/log.ts) says why in words.',
};

export default ts.config(
	{ ignores: ['dist', 'dist-headless', 'node_modules'] },
	...ts.configs.recommendedTypeChecked,
	...svelte.configs.recommended,
	{
		languageOptions: {
			parserOptions: {
				projectService: { allowDefaultProject: ['eslint.config.js', '.dependency-cruiser.cjs'] },
				extraFileExtensions: ['.svelte'],
				parser: ts.parser,
			},
		},
		rules: {
			complexity: ['error', 15],
			'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
			'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
			// `void` says that nobody waits, not what becomes of a failure.
			'@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: false }],
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
			'@typescript-eslint/require-await': 'off',
			'@typescript-eslint/restrict-template-expressions': 'off',
			'no-restricted-syntax': ['error', ...refused],
		},
	},
	{
		files: ['src/**/*.ts'],
		ignores: [
			'src/ui/**',
			'src/embed/**',
			'src/headless/**',
			'src/util/clock.ts',
			'src/util/rng.ts',
			'**/*.test.ts',
		],
		rules: {
			'no-restricted-globals': ['error', ...injected],
			'no-restricted-properties': [
				'error',
				{ object: 'Date', property: 'now', message: 'Use the injected Clock.' },
				{ object: 'performance', property: 'now', message: 'Use the injected Clock.' },
				{ object: 'Math', property: 'random', message: 'Use the injected Rng.' },
			],
		},
	},
	{
		files: ['src/cluster/**/*.ts', 'src/headless/**/*.ts', 'test/bench/**/*.ts'],
		rules: { 'no-restricted-syntax': 'off' },
	},
	{
		files: ['src/ui/**'],
		rules: { 'no-restricted-syntax': ['error', ...refused, unworded] },
	},
	// Only shapes, no logic: one file holds what belongs to one API.
	{ files: ['src/api/*.ts'], rules: { 'max-lines': 'off' } },
	{
		files: ['**/*.test.ts', 'test/**/*.ts', 'images/**/*.ts', 'scripts/**', '*.config.ts', '*.js'],
		rules: {
			'max-lines-per-function': 'off',
			'max-lines': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-return': 'off',
		},
	},
	{ files: ['**/*.mjs', '**/*.js', '**/*.cjs'], extends: [ts.configs.disableTypeChecked] },
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser } },
	},
	{
		files: ['**/*.svelte'],
		plugins: { drydock: { rules: { 'handled-in-templates': handledInTemplates } } },
		rules: { 'drydock/handled-in-templates': 'error' },
	},
);
