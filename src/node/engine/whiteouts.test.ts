import { describe, expect, it } from 'vitest';
import type { TreeEntry } from './layer-store.ts';
import { convertWhiteouts, hasChildren, indexLayer, lookUp } from './whiteouts.ts';

function entry(path: string, type: TreeEntry['type'] = 'file'): TreeEntry {
	return { path, type, mode: 0o644, uid: 0, gid: 0, mtime: 0 };
}

const lower = indexLayer([
	entry('etc', 'dir'),
	entry('etc/a'),
	entry('etc/b'),
	entry('etc/sub', 'dir'),
	entry('etc/sub/c'),
]);

describe('convertWhiteouts', () => {
	it('makes a whiteout a character device 0/0', () => {
		const [made] = convertWhiteouts([entry('etc/.wh.a')], [lower]);
		expect(made).toMatchObject({ path: 'etc/a', type: 'char', major: 0, minor: 0 });
	});
	it('lists the names below instead of marking a directory opaque', () => {
		const converted = convertWhiteouts(
			[entry('etc', 'dir'), entry('etc/.wh..wh..opq'), entry('etc/b')],
			[lower],
		);
		expect(converted.map(({ path, type }) => `${type} ${path}`)).toEqual([
			'dir etc',
			'file etc/b',
			'char etc/a',
			'char etc/sub',
		]);
	});
});

describe('lookUp', () => {
	it('sees through layers and stops at whiteouts', () => {
		const top = indexLayer(convertWhiteouts([entry('etc/.wh.sub'), entry('etc/new')], [lower]));
		const stack = [lower, top];
		expect(lookUp('etc/a', stack)).toBe('file');
		expect(lookUp('etc/new', stack)).toBe('file');
		expect(lookUp('etc/sub', stack)).toBeUndefined();
		expect(lookUp('etc/sub/c', stack)).toBeUndefined();
		expect(hasChildren('etc', stack)).toBe(true);
		expect(hasChildren('etc/sub', stack)).toBe(false);
	});
});
