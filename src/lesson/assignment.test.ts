import { describe, expect, it } from 'vitest';
import { decodeAssignment, encodeAssignment, type Assignment } from './assignment.ts';

const assignment: Assignment = {
	lessons: [{ id: 'layers' }, { id: 'rolling-update', from: 'roll', to: 'undo' }],
	locale: 'zh-CN',
	hideSolutions: true,
	seed: '三班',
	until: '2026-12-11T18:00',
	due: '先做第一课\n写一句话',
};

describe('an assignment in an address', () => {
	it('comes back whole', () => {
		const code = encodeAssignment(assignment);
		expect(code).toMatch(/^[\w-]+$/);
		expect(decodeAssignment(code)).toEqual(assignment);
		const plain = { lessons: [{ id: 'pod' }], hideSolutions: false, seed: '', until: '', due: '' };
		expect(decodeAssignment(encodeAssignment(plain))).toEqual(plain);
		expect(encodeAssignment(plain).length).toBeLessThan(20);
	});

	it('of an older page says nothing of a time', () => {
		const code = btoa('1\npod\n\nh\nseed\nUntil Friday').replace(/=*$/, '');
		expect(decodeAssignment(code)).toMatchObject({
			hideSolutions: true,
			until: '',
			due: 'Until Friday',
		});
	});

	it('is due on a day that there is', () => {
		const never = encodeAssignment({ ...assignment, until: '2026-13-11T18:00' });
		expect(decodeAssignment(never)?.until).toBe('');
	});

	it('is refused when it is damaged', () => {
		expect(decodeAssignment('*')).toBeUndefined();
		expect(decodeAssignment(encodeAssignment(assignment).slice(3))).toBeUndefined();
		expect(decodeAssignment(btoa('2\nlayers'))).toBeUndefined();
		expect(decodeAssignment(btoa('1\nlayers/../x'))).toBeUndefined();
	});
});
