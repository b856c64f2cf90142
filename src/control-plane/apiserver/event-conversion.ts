import type { Event, KubeObject } from '../../api/kubernetes.ts';
import type { Conversion } from './codec.ts';
import type { Dict } from './json-value.ts';

/** Field names of events.k8s.io/v1 by those of core/v1. After k/k pkg/apis/events/v1/conversion.go */
const renamed: Record<string, string> = {
	involvedObject: 'regarding',
	message: 'note',
	source: 'deprecatedSource',
	firstTimestamp: 'deprecatedFirstTimestamp',
	lastTimestamp: 'deprecatedLastTimestamp',
	count: 'deprecatedCount',
	reportingComponent: 'reportingController',
};

const back = Object.fromEntries(Object.entries(renamed).map(([stored, shown]) => [shown, stored]));

function rename(object: KubeObject, names: Record<string, string>, apiVersion: string): KubeObject {
	const out: Dict = {};
	for (const [key, value] of Object.entries(object)) out[names[key] ?? key] = value as unknown;
	return { ...out, apiVersion } as unknown as KubeObject;
}

export const eventConversion: Conversion = {
	storedField(path) {
		const [head = '', ...rest] = path.split('.');
		return [back[head] ?? head, ...rest].join('.');
	},
	toWire: (object) => rename(object, renamed, 'events.k8s.io/v1'),
	fromWire(object) {
		const event = rename(object, back, 'v1') as Event;
		event.involvedObject ??= {};
		event.source ??= {};
		return event;
	},
};
