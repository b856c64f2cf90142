import { describe, expect, it } from 'vitest';
import { machineScenes } from '../../../../test/harness/fixture-inspect.ts';
import { layersView, lookup, notablePaths } from './layer-view.ts';

const bench = machineScenes['linux-bench']?.['node-1'];
if (!bench) throw new Error('no scene');
const overlays = bench.inspection.layers ?? [];
const view = layersView('node-1', bench.facts, overlays);
const [image, hand] = view.stacks;
const web = image?.overlays.find((one) => one.name === 'web');
const own = hand?.overlays[0];
if (!web || !own) throw new Error('overlays are missing');

describe('layersView', () => {
	it('joins containers that stand on the same image layers', () => {
		expect(view.stacks).toHaveLength(2);
		expect(image?.image).toBe('nginx:1');
		expect(image?.overlays.map((one) => one.name).sort()).toEqual(['web', 'web-2']);
		expect(image?.shared.map((one) => one.kind)).toEqual(['image', 'image', 'image']);
		expect(image?.shared[1]?.origin).toBe('ADD nginx 1.22 from Debian');
		expect(web.own.map((one) => one.kind)).toEqual(['writable', 'init']);
	});
	it('takes an overlay made by hand as it is', () => {
		expect(own.name).toBe('/root/o/merged');
		expect(own.sheets.map((one) => one.kind)).toEqual(['writable', 'lower']);
	});
	it('counts an overlay once that two mount namespaces show', () => {
		const twice = overlays.flatMap((one) => [{ ...one, namespace: 5, target: '/' }, one]);
		const again = layersView('node-1', bench.facts, twice);
		expect(again.stacks[1]?.overlays.map((one) => one.target)).toEqual(['/root/o/merged']);
	});
});

describe('lookup', () => {
	it('stops at the topmost sheet that has the path', () => {
		expect(lookup(web, 'var/www/index.html')).toEqual([
			'here',
			'absent',
			'hidden',
			'hidden',
			'absent',
		]);
		expect(lookup(web, 'bin/ls')).toEqual(['absent', 'absent', 'absent', 'absent', 'here']);
	});
	it('stops at a whiteout, also at one of a directory above', () => {
		expect(lookup(own, 'a')).toEqual(['whiteout', 'hidden']);
		const gone = { ...own, sheets: [...own.sheets] };
		const [upper, lower] = own.sheets;
		if (!upper || !lower) throw new Error('sheets are missing');
		gone.sheets[0] = { ...upper, entries: [{ path: 'dir', type: 'whiteout', size: 0 }] };
		gone.sheets[1] = { ...lower, entries: [{ path: 'dir/x', type: 'file', size: 1 }] };
		expect(lookup(gone, 'dir/x')).toEqual(['whiteout', 'hidden']);
		gone.sheets[0] = { ...upper, entries: [{ path: 'dir', type: 'opaque', size: 0 }] };
		expect(lookup(gone, 'dir/x')).toEqual(['opaque', 'hidden']);
	});
	it('offers what was changed first, then what lies twice', () => {
		expect(notablePaths(web, 5)).toEqual([
			'etc/os-release',
			'root/note',
			'var/www/index.html',
			'etc/hosts',
			'etc/hostname',
		]);
	});
});
