/** The kinds a probe can look at; the page watches the same ones. */
export const watchedKinds = [
	'Pod',
	'Deployment',
	'ReplicaSet',
	'Service',
	'EndpointSlice',
	'Node',
	'Event',
	'Namespace',
	'ConfigMap',
] as const;
export type WatchedKind = (typeof watchedKinds)[number];
