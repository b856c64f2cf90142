/** The answer to /version; the minor version is the one whose behaviour is followed. Nothing of it comes from a Go build. */
export const version = {
	major: '1',
	minor: '33',
	emulationMajor: '1',
	emulationMinor: '33',
	minCompatibilityMajor: '1',
	minCompatibilityMinor: '32',
	gitVersion: 'v1.33.1+drydock',
	gitCommit: '0'.repeat(40),
	gitTreeState: 'clean',
	buildDate: '2025-05-15T08:19:08Z',
	goVersion: 'none',
	compiler: 'typescript',
	platform: 'wasm/js',
};
