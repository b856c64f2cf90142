import type { KernelOp, KernelResult } from '../../api/agent.ts';
import { findAttribute, readAttributes } from './attributes.ts';
import { attribute } from './protocol.ts';

/** What the kernel knows of the node's rules without a program being run. */
export const ruleCountersOp: KernelOp = { op: 'rule-counters' };

/** Changes with every change of the node's rules, whoever makes it; undefined when the kernel does not tell. */
export function ruleGeneration(answer: KernelResult | undefined): number | undefined {
	if (!answer?.ok || !answer.data) return undefined;
	return findAttribute(readAttributes(answer.data), attribute.count)?.u32;
}
