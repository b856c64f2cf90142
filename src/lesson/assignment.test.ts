import { describe, expect, it } from 'vitest';
import { decodeAssignment, encodeAssignment, type Assignment } from './assignment.ts';

const assignment: Assignment = {
	lessons: [{ id: 'layers' }, { id: 'rolling-update', from: 'roll', to: 'undo' }],
	locale: 'zh-CN',
	hideSolutions: true,
	seed: '三班',
	due: '星期五 18:00 之前\n写一句话',
};

describe('an assignment in an address', () => {
	it('comes back whole', () => {
		const code = encodeAssignment(assignment);
		expect(code).toMatch(/^[\w-]+$/);
		expect(decodeAssignment(code)).toEqual(assignment);
		const plain = { lessons: [{ id: 'pod' }], hideSolutions: false, seed: '', due: '' };
		expect(decodeAssignment(encodeAssignment(plain))).toEqual(plain);
		expect(encodeAssignment(plain).length).toBeLessThan(20);
	});

	it('is refused when it is damaged', () => {
		expect(decodeAssignment('*')).toBeUndefined();
		expect(decodeAssignment(encodeAssignment(assignment).slice(3))).toBeUndefined();
		expect(decodeAssignment(btoa('2\nlayers'))).toBeUndefined();
		expect(decodeAssignment(btoa('1\nlayers/../x'))).toBeUndefined();
	});
});
