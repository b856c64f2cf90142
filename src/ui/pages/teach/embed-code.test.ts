import { describe, expect, it } from 'vitest';
import { readParameters } from '../../embed/parameters.ts';
import { elementCode, embedAddress, frameCode, type EmbedChoice } from './embed-code.ts';

const root = 'https://drydock.example/site/';
const usual: EmbedChoice = {
	lesson: 'layers',
	from: '',
	to: '',
	lang: '',
	theme: 'auto',
	layout: '',
	boot: 'click',
	solution: 'show',
};

describe('the code for a course page', () => {
	it('says only what is not usual', () => {
		expect(embedAddress(root, usual)).toBe(`${root}embed.html?lesson=layers`);
		expect(elementCode(root, usual)).toContain('<drydock-lesson lesson="layers" height="640">');
	});

	it('is understood by the frame', () => {
		const choice: EmbedChoice = {
			...usual,
			from: 'mount',
			to: 'delete',
			lang: 'zh-CN',
			theme: 'dark',
			layout: 'text',
			boot: 'visible',
			solution: 'after10',
		};
		const asked = readParameters(new URL(embedAddress(root, choice)).search);
		expect(asked).toMatchObject({
			lesson: 'layers',
			steps: { from: 'mount', to: 'delete' },
			lang: 'zh-CN',
			theme: 'dark',
			layout: 'text',
			boot: 'visible',
			solutionAfter: 10,
		});
	});

	it('lets no title out of its attribute', () => {
		expect(frameCode(root, usual, 'A "b" & c')).toContain('title="A &quot;b&quot; &amp; c"');
	});
});
