import type { Flag } from '../flags.ts';

/** The flags of kubectl itself, accepted by every verb. */
export const globalFlags: Flag[] = [
	{ name: 'as', type: 'string', usage: 'User to act as for this command.' },
	{ name: 'as-group', type: 'array', usage: 'Group to act as; may be given several times.' },
	{ name: 'as-uid', type: 'string', usage: 'UID to act as.', hidden: true },
	{ name: 'cache-dir', type: 'string', usage: 'Accepted and not used.', hidden: true },
	{ name: 'cluster', type: 'string', usage: 'The cluster of the kubeconfig file to use.' },
	{ name: 'context', type: 'string', usage: 'The context of the kubeconfig file to use.' },
	{
		name: 'insecure-skip-tls-verify',
		type: 'bool',
		value: 'false',
		usage: 'Accepted and not used: there is no TLS between the node and the API server.',
	},
	{ name: 'kubeconfig', type: 'string', usage: 'Path of the kubeconfig file.' },
	{ name: 'namespace', short: 'n', type: 'string', usage: 'The namespace of this command.' },
	{
		name: 'request-timeout',
		type: 'string',
		value: '0',
		usage: 'How long to wait for one answer of the server (1s, 2m, 3h); 0 waits for ever.',
	},
	{ name: 'server', short: 's', type: 'string', usage: 'The address of the API server.' },
	{ name: 'token', type: 'string', usage: 'Accepted and not used.', hidden: true },
	{ name: 'user', type: 'string', usage: 'The user of the kubeconfig file to use.' },
	{ name: 'v', short: 'v', type: 'int', value: '0', usage: 'How much to tell about the requests.' },
	{
		name: 'warnings-as-errors',
		type: 'bool',
		value: 'false',
		usage: 'Whether warnings of the server end with a non-zero exit code.',
	},
];

export const helpFlag: Flag = {
	name: 'help',
	short: 'h',
	type: 'bool',
	value: 'false',
	usage: 'Show the help.',
};

export const filenameFlags: Flag[] = [
	{
		name: 'filename',
		short: 'f',
		type: 'strings',
		usage: 'Files or folders with the objects; - is the standard input.',
	},
	{ name: 'kustomize', short: 'k', type: 'string', usage: 'A kustomization folder (refused).' },
	{
		name: 'recursive',
		short: 'R',
		type: 'bool',
		value: 'false',
		usage: 'Look into the folders of a folder given to -f as well.',
	},
];

export const outputFlags: Flag[] = [
	{
		name: 'output',
		short: 'o',
		type: 'string',
		usage:
			'Output format. One of: (json, yaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file).',
	},
	{ name: 'template', type: 'string', usage: 'The template of -o go-template, or its file.' },
	{
		name: 'show-managed-fields',
		type: 'bool',
		value: 'false',
		usage: 'Keep metadata.managedFields in JSON and YAML.',
	},
	{
		name: 'allow-missing-template-keys',
		type: 'bool',
		value: 'true',
		usage: 'Whether a missing field in a template prints nothing instead of failing.',
	},
];

export const dryRunFlag: Flag = {
	name: 'dry-run',
	type: 'string',
	value: 'none',
	bare: 'unchanged',
	usage:
		'Must be "none", "server", or "client": what would be sent, or what the server would keep.',
};

export const selectorFlag: Flag = {
	name: 'selector',
	short: 'l',
	type: 'string',
	usage: 'Label selector (=, ==, !=, in, notin, exists) that the objects must match.',
};

export const fieldSelectorFlag: Flag = {
	name: 'field-selector',
	type: 'string',
	usage: 'Field selector (=, ==, !=) that the objects must match.',
};

export const allNamespacesFlag: Flag = {
	name: 'all-namespaces',
	short: 'A',
	type: 'bool',
	value: 'false',
	usage: 'Look in all namespaces; --namespace is ignored then.',
};

export const allFlag: Flag = {
	name: 'all',
	type: 'bool',
	value: 'false',
	usage: 'All objects of the given types in the namespace.',
};

export const containerFlag: Flag = {
	name: 'container',
	short: 'c',
	type: 'string',
	usage: 'The container; without it the default one, or the first of the pod.',
};

export const validateFlag: Flag = {
	name: 'validate',
	type: 'string',
	value: 'strict',
	bare: 'strict',
	usage: 'Must be one of: strict (or true), warn, ignore (or false): what unknown fields lead to.',
};

export const podRunningTimeoutFlag: Flag = {
	name: 'pod-running-timeout',
	type: 'duration',
	value: '1m0s',
	usage: 'How long to wait until a pod runs.',
};

export const deleteFlags: Flag[] = [
	{
		name: 'cascade',
		type: 'string',
		value: 'background',
		bare: 'background',
		usage: 'Must be "background", "orphan", or "foreground": what happens to dependent objects.',
	},
	{
		name: 'force',
		type: 'bool',
		value: 'false',
		usage: 'Remove the objects from the API at once, without waiting for the containers to end.',
	},
	{
		name: 'grace-period',
		type: 'int',
		value: '-1',
		usage: 'Seconds the object is given to end; 1 means at once, 0 only together with --force.',
	},
	{
		name: 'timeout',
		type: 'duration',
		value: '0s',
		usage: 'How long to wait for the deletion; 0 takes the time from the object.',
	},
];

/** `--field-manager` with a verb's default. */
export function fieldManagerFlag(value: string): Flag {
	return {
		name: 'field-manager',
		type: 'string',
		value,
		usage: 'The owner of the changed fields.',
	};
}
