import { own } from '../../util/own.ts';
import type { DescribeWriter } from './describe-writer.ts';
import { listAt, mapAt, text, textAt, type Json } from './fields.ts';

/** After pkg/describe: describeVolumes. */
export function describeVolumes(writer: DescribeWriter, volumes: Json[], indent: string): void {
	writer.write(0, `${indent}Volumes:${volumes.length === 0 ? '\t<none>' : ''}`);
	for (const volume of volumes) {
		writer.write(1, `${indent ? ' ' : ''}${text(volume['name'])}:`);
		for (const [key, value] of volumeLines(volume)) writer.write(2, `${key}:\t${value}`);
	}
}

function volumeLines(volume: Json): [string, string][] {
	const type = Object.keys(volume).find((key) => key !== 'name') ?? '';
	const source = mapAt(volume, type);
	const known = own(describers, type);
	return known ? known(source) : [['Type', type || '<unknown>']];
}

const optional = (source: Json): [string, string] => [
	'Optional',
	text(source['optional'] ?? false),
];

const describers: Record<string, (source: Json) => [string, string][]> = {
	emptyDir: (source) => [
		['Type', "EmptyDir (a temporary directory that shares a pod's lifetime)"],
		['Medium', textAt(source, 'medium')],
		['SizeLimit', textAt(source, 'sizeLimit') || '<unset>'],
	],
	hostPath: (source) => [
		['Type', 'HostPath (bare host directory volume)'],
		['Path', textAt(source, 'path')],
		['HostPathType', textAt(source, 'type')],
	],
	configMap: (source) => [
		['Type', 'ConfigMap (a volume populated by a ConfigMap)'],
		['Name', textAt(source, 'name')],
		optional(source),
	],
	secret: (source) => [
		['Type', 'Secret (a volume populated by a Secret)'],
		['SecretName', textAt(source, 'secretName')],
		optional(source),
	],
	persistentVolumeClaim: (source) => [
		[
			'Type',
			'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
		],
		['ClaimName', textAt(source, 'claimName')],
		['ReadOnly', text(source['readOnly'] ?? false)],
	],
	downwardAPI: (source) => [
		['Type', 'DownwardAPI (a volume populated by information about the pod)'],
		...listAt(source, 'items').map((item): [string, string] => [
			'Item',
			`${textAt(item, 'fieldRef', 'fieldPath') || textAt(item, 'resourceFieldRef', 'resource')} -> ${textAt(item, 'path')}`,
		]),
	],
	projected: (source) => [
		['Type', 'Projected (a volume that contains injected data from multiple sources)'],
		...listAt(source, 'sources').flatMap(projection),
	],
};

function projection(source: Json): [string, string][] {
	if (source['secret'])
		return [['SecretName', textAt(source, 'secret', 'name')], optional(mapAt(source, 'secret'))];
	if (source['downwardAPI']) return [['DownwardAPI', 'true']];
	if (source['configMap'])
		return [
			['ConfigMapName', textAt(source, 'configMap', 'name')],
			optional(mapAt(source, 'configMap')),
		];
	if (source['serviceAccountToken'])
		return [['TokenExpirationSeconds', textAt(source, 'serviceAccountToken', 'expirationSeconds')]];
	return [];
}
