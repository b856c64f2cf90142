import type { Agent } from '../../api/agent.ts';
import type { Container } from '../../api/engine.ts';
import { EngineError } from '../../client/engine-error.ts';
import { textOf, tryOps } from './kernel.ts';

/** The numbers of the groups a container's processes get besides their user's; names are its own `/etc/group`'s. */
export async function groupNumbers(
	agent: Agent,
	{ config, overlay }: Container,
	mounted: Promise<unknown>,
): Promise<number[]> {
	const { groupAdd = [] } = config;
	const isNumber = (group: string) => /^\d+$/.test(group);
	if (groupAdd.every(isNumber)) return groupAdd.map(Number);
	await mounted;
	const [file] = await tryOps(agent, [{ op: 'read', path: `${overlay.merged}/etc/group` }]);
	const known = new Map(
		textOf(file)
			.split('\n')
			.map((line) => line.split(':'))
			.map(([name = '', , id]) => [name, Number(id)]),
	);
	return groupAdd.map((group) => {
		const id = isNumber(group) ? Number(group) : known.get(group);
		if (id !== undefined) return id;
		throw new EngineError(400, `unable to find group ${group}: no matching entries in group file`);
	});
}
