import { afterEach, describe, expect, it } from 'vitest';
import { holdCtrl, rowKeys, withCtrl } from './key-row.ts';

describe('withCtrl', () => {
	it.each([
		['c', '\x03'],
		['C', '\x03'],
		['[', '\x1b'],
		[' ', '\0'],
		['/', '\x1f'],
		['\x1b[A', '\x1b[1;5A'],
		['\t', '\t'],
		['7', '7'],
	])('makes of %j what a terminal sends: %j', (key, sent) => {
		expect(withCtrl(key)).toBe(sent);
	});
	it('has the keys that a phone lacks', () => {
		expect(rowKeys.map((key) => key.label).join(' ')).toBe('Esc Tab ↑ ↓ ← → | / - ~');
	});
});

describe('holdCtrl', () => {
	const place = document.createElement('div');
	const field = document.createElement('textarea');
	place.append(field);
	document.body.append(place);
	afterEach(() => (field.value = ''));

	function held() {
		const sent: (string | undefined)[] = [];
		const reached: string[] = [];
		const listen = (event: Event) => reached.push(event.type);
		for (const type of ['keydown', 'input']) field.addEventListener(type, listen);
		holdCtrl(place, (data) => sent.push(data));
		return { sent, reached };
	}
	const key = (init: KeyboardEventInit) =>
		field.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }));
	const write = (data: string) => {
		field.value = data;
		field.dispatchEvent(new InputEvent('input', { bubbles: true, data }));
	};

	it('takes the next key of a keyboard, and only that one', () => {
		const { sent, reached } = held();
		key({ key: 'Shift' });
		key({ key: 'c' });
		expect(sent).toEqual(['\x03']);
		expect(reached).toEqual(['keydown']);
		key({ key: 'c' });
		expect(sent).toEqual(['\x03']);
		expect(reached).toEqual(['keydown', 'keydown']);
	});
	it('takes what a keyboard on the screen writes, and leaves nothing of it', () => {
		const { sent, reached } = held();
		key({ key: 'Unidentified', keyCode: 229 });
		write('d');
		expect(sent).toEqual(['\x04']);
		expect(reached).toEqual([]);
		expect(field.value).toBe('');
	});
	it('is let go by a key that Ctrl does not change', () => {
		const { sent, reached } = held();
		key({ key: 'Enter' });
		key({ key: 'c' });
		expect(sent).toEqual([undefined]);
		expect(reached).toEqual(['keydown', 'keydown']);
	});
});
