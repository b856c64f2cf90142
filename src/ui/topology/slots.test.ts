import { describe, expect, it } from 'vitest';
import { Slots } from './slots.ts';

describe('Slots', () => {
	it('keeps everybody in place and gives a freed place to the next who comes', () => {
		const slots = new Slots(3);
		expect(slots.place(['a', 'b'])).toEqual(['a', 'b', undefined]);
		expect(slots.place(['b'])).toEqual([undefined, 'b', undefined]);
		expect(slots.place(['b', 'c', 'd', 'e'])).toEqual(['c', 'b', 'd', 'e']);
		expect(slots.place(['e'])).toEqual([undefined, undefined, undefined, 'e']);
	});

	it('starts anew when nobody is left', () => {
		const slots = new Slots(1);
		slots.place(['a', 'b', 'c']);
		expect(slots.place([])).toEqual([undefined]);
	});
});
