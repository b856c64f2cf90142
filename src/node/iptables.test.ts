import { describe, expect, it } from 'vitest';
import { FakeAgent } from '../../test/unit/fake-agent.ts';
import type { KernelOp, KernelResult } from '../api/agent.ts';
import { AttributeWriter } from './agent/attributes.ts';
import { attribute } from './agent/protocol.ts';
import { Iptables } from './iptables.ts';

/** A kernel that counts the changes of its rules. */
class CountingAgent extends FakeAgent {
	changes = 7;

	override async batch(ops: KernelOp[]): Promise<KernelResult[]> {
		const data = new AttributeWriter().u32(attribute.count, this.changes).finish();
		const results = await super.batch(ops);
		return results.map((result, i) =>
			ops[i]?.op === 'rule-counters' ? { ok: true, data } : result,
		);
	}
	override async spawn(spec: Parameters<FakeAgent['spawn']>[0]) {
		// Two tables are two changes.
		if (spec.argv[0] === 'iptables-restore') this.changes += 2;
		return super.spawn(spec);
	}
}

describe('rules of the node', () => {
	it('are changed by others only where no component wrote', async () => {
		const agent = new CountingAgent();
		const iptables = new Iptables(agent);
		await iptables.restore('*nat\nCOMMIT\n');
		await iptables.restore('*nat\nCOMMIT\n*filter\nCOMMIT\n');
		expect(await iptables.changesByOthers()).toBe(0);
		agent.changes++;
		expect(await iptables.changesByOthers()).toBe(1);
		expect(await iptables.changesByOthers()).toBe(1);
	});
	it('are known to be changed when a component writes before it looks', async () => {
		const agent = new CountingAgent();
		const iptables = new Iptables(agent);
		await iptables.restore('*nat\nCOMMIT\n');
		agent.changes++;
		await iptables.restore('*nat\nCOMMIT\n');
		expect(await iptables.changesByOthers()).toBe(1);
	});
	it('are written one change at a time', async () => {
		const agent = new CountingAgent();
		const iptables = new Iptables(agent);
		await Promise.all([iptables.restore('a'), iptables.restore('b'), iptables.changesByOthers()]);
		expect(agent.spawned.map(({ input }) => input)).toEqual(['a<EOF>', 'b<EOF>']);
		expect(await iptables.changesByOthers()).toBe(0);
	});
});
