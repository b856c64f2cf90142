import { describe, expect, it } from 'vitest';
import { scenes } from '../../../test/harness/fixture-scenes.ts';
import { objectCard } from './card-view.ts';

function card(scene: string, kind: string) {
	const object = (scenes[scene]?.() ?? []).find((one) => one.kind === kind);
	if (!object) throw new Error(`no ${kind} in ${scene}`);
	const { fields, command } = objectCard(object);
	return { fields: Object.fromEntries(fields), command };
}

describe('objectCard', () => {
	it('has what kubectl describe has of a pod', () => {
		const { fields, command } = card('rolling', 'Pod');
		expect(fields).toMatchObject({
			Status: 'Running (1/1 ready)',
			Node: 'node-1',
			'Requests/Limits nginx': 'cpu 50m/–, memory 16Mi/–',
			'Controlled By': 'ReplicaSet/web-6d4cf56db6',
		});
		expect(command).toBe('kubectl describe pod web-6d4cf56db6-x7k2p');
	});
	it('says of each address of a slice whether it gets requests', () => {
		const { fields } = card('rolling', 'EndpointSlice');
		expect(fields['10.244.2.12']).toContain('ready=false');
		expect(fields['10.244.2.12']).toContain('terminating=true');
		expect(fields['10.244.2.10']).toContain('ready=true');
	});
});
