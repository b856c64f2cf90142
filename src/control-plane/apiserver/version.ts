/** The answer to /version; the minor version is the one whose behaviour is followed. */
export const version = {
	major: '1',
	minor: '33',
	gitVersion: 'v1.33.1+drydock',
	gitCommit: '',
	gitTreeState: 'clean',
	buildDate: '2025-05-15T08:19:08Z',
	goVersion: '',
	compiler: 'typescript',
	platform: 'wasm/js',
};
