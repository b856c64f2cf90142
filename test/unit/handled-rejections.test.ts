import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

/** Stands in for a component of the page: the rules ask the compiler for types, so the path has to be one it knows. */
const filePath = 'src/ui/lesson/CatchUp.svelte';

const component = `<script lang="ts">
	const { load }: { load: () => Promise<void> } = $props();
	load();
	void load();
	load().catch(console.error);
	const heard = () => {
		load().catch(console.error);
	};
</script>

<button onclick={load}>1</button>
<button onclick={() => load()}>2</button>
<button onclick={async () => undefined}>3</button>
<button onclick={heard}>4</button>
<button onclick={() => heard()} onkeydown={undefined}>5</button>
`;

describe('the rules for promises', () => {
	it('find each that nobody handles, in scripts and in markup', { timeout: 120_000 }, async () => {
		const wanted = ['@typescript-eslint/no-floating-promises', 'drydock/handled-in-templates'];
		const eslint = new ESLint({ ruleFilter: ({ ruleId }) => wanted.includes(ruleId) });
		const [result] = await eslint.lintText(component, { filePath });
		const found = result?.messages.map(({ ruleId, line }) => `${line} ${ruleId?.split('/')[1]}`);
		expect(found).toEqual([
			'3 no-floating-promises',
			'4 no-floating-promises',
			'11 handled-in-templates',
			'12 handled-in-templates',
			'13 handled-in-templates',
		]);
	});
});
