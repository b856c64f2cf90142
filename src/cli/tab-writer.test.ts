import { describe, expect, it } from 'vitest';
import { humanDuration } from './duration.ts';
import { TabWriter } from './tab-writer.ts';

function aligned(text: string, minWidth = 0, padding = 2): string {
	const writer = new TabWriter({ minWidth, padding });
	writer.write(text);
	return writer.flush();
}

describe('TabWriter', () => {
	it('pads cells to the widest of their column and leaves the last cell alone', () => {
		expect(aligned('NAME\tAGE\nlong-name\t5s\n')).toBe('NAME       AGE\nlong-name  5s\n');
	});
	it('keeps a minimum width', () => {
		expect(aligned('A\tB\n', 6, 3)).toBe('A     B\n');
	});
	it('starts a new column block after a line without that cell', () => {
		expect(aligned('Name:\tx\nTitle\nMuch longer:\ty\n')).toBe(
			'Name:  x\nTitle\nMuch longer:  y\n',
		);
	});
	it('never makes a watched table narrower', () => {
		const writer = new TabWriter({ minWidth: 0, padding: 3, rememberWidths: true });
		writer.write('a-long-name\t1\n');
		writer.flush();
		writer.write('x\t2\n');
		expect(writer.flush()).toBe('x             2\n');
	});
});

describe('humanDuration', () => {
	it.each([
		[0, '0s'],
		[119_000, '119s'],
		[120_000, '2m'],
		[125_000, '2m5s'],
		[600_000, '10m'],
		[179 * 60_000, '179m'],
		[3 * 3_600_000, '3h'],
		[3 * 3_600_000 + 60_000, '3h1m'],
		[47 * 3_600_000, '47h'],
		[50 * 3_600_000, '2d2h'],
		[400 * 86_400_000, '400d'],
		[800 * 86_400_000, '2y70d'],
	])('%d ms is %s', (ms, text) => {
		expect(humanDuration(ms)).toBe(text);
	});
});
