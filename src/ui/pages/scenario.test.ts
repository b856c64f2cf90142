import { describe, expect, it } from 'vitest';
import { decodeScenario, encodeScenario, readScenario, type Scenario } from './scenario.ts';

const scenario: Scenario = {
	nodes: 2,
	runs: 'docker',
	files: [{ path: '/root/网页.yaml', content: 'kind: Pod\n'.repeat(50) }],
	commands: [{ text: 'docker ps' }, { text: 'echo 你好', on: 'node-1' }],
};

describe('a scenario in a link', () => {
	it('comes back whole, and smaller', async () => {
		const text = await encodeScenario(scenario);
		expect(text).toMatch(/^[\w-]+$/);
		expect(text.length).toBeLessThan(JSON.stringify(scenario).length);
		expect(await decodeScenario(text)).toEqual(scenario);
	});

	it('is refused when it is damaged or asks for what there is not', async () => {
		const text = await encodeScenario(scenario);
		expect(await decodeScenario(text.slice(0, 20))).toBeUndefined();
		expect(await decodeScenario('***')).toBeUndefined();
		expect(readScenario(JSON.stringify({ ...scenario, nodes: 50 }))).toBeUndefined();
		expect(readScenario(JSON.stringify({ ...scenario, runs: 'windows' }))).toBeUndefined();
		expect(readScenario(JSON.stringify({ ...scenario, commands: ['ls'] }))).toBeUndefined();
	});
});
