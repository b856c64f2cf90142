/** Import direction: one rule a folder, after the table in docs/architecture.md. */
const may = {
	api: [],
	util: [],
	client: ['api', 'util'],
	cli: ['client', 'api', 'util'],
	'control-plane': ['client', 'api', 'util'],
	node: ['cli', 'client', 'api', 'util'],
	network: ['api', 'util'],
	cluster: ['network', 'client', 'api', 'util'],
	lesson: ['cluster', 'client', 'api', 'util'],
	browser: ['api', 'util'],
	ui: ['browser', 'lesson', 'cluster', 'client', 'api', 'util'],
	embed: ['api'],
	headless: ['cluster', 'network', 'client', 'api', 'util'],
};

module.exports = {
	forbidden: [
		...Object.entries(may).map(([folder, allowed]) => ({
			name: `${folder}-imports`,
			severity: 'error',
			from: { path: `^src/${folder}/`, pathNot: '\\.test\\.ts$' },
			to: { path: '^src/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
		})),
		{
			name: 'no-cycles',
			severity: 'error',
			from: {},
			to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
		},
		{
			name: 'comlink-is-fenced',
			severity: 'error',
			from: { path: '^src/', pathNot: '^src/(client|cluster|headless)/|/worker\\.ts$' },
			to: { path: 'node_modules/comlink' },
		},
		{
			name: 'resolvable',
			severity: 'error',
			from: {},
			to: { couldNotResolve: true, pathNot: '^(virtual:|\\?)' },
		},
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		tsConfig: { fileName: 'tsconfig.json' },
		tsPreCompilationDeps: true,
		enhancedResolveOptions: {
			conditionNames: ['svelte', 'browser', 'import', 'module', 'default', 'types'],
			exportsFields: ['exports'],
			mainFields: ['module', 'main', 'types'],
			extensions: ['.ts', '.js', '.svelte', '.mjs', '.json'],
		},
	},
};
