/** What the front page's scene types, and what whoever starts its machine can type with one press. */
export const sceneCommands = [
	'uname -sr',
	'docker run -q -d -p 8080:80 nginx:1',
	'curl -sI localhost:8080 | head -2',
] as const;
