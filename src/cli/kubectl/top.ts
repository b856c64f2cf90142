import { TabWriter } from '../tab-writer.ts';
import { allNamespacesFlag, selectorFlag } from './common-flags.ts';
import { CliError } from './errors.ts';
import { listAt, textAt, type Json } from './fields.ts';
import { milliValue, quantityToNumber } from '../../client/quantity.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';

const noHeaders = {
	name: 'no-headers',
	type: 'bool' as const,
	value: 'false',
	usage: 'Leave the header line out.',
};

async function metrics(session: Session, what: 'nodes' | 'pods'): Promise<Json[]> {
	const { resources } = await session.discovery();
	if (!resources.some(({ group }) => group === 'metrics.k8s.io'))
		throw new CliError('Metrics API not available');
	const everywhere = what === 'nodes' || session.flags.bool('all-namespaces');
	const scope = everywhere ? '' : `/namespaces/${session.namespace}`;
	const [name] = session.args;
	const path = `/apis/metrics.k8s.io/v1beta1${scope}/${what}${name ? `/${name}` : ''}`;
	const query = { labelSelector: session.flags.text('selector') };
	const answer = await session.rest.get<Json>(path, query);
	return name ? [answer] : listAt(answer, 'items');
}

const cpu = (usages: Json[]) =>
	`${usages.reduce((sum, one) => sum + milliValue(textAt(one, 'usage', 'cpu') || '0'), 0)}m`;
const memory = (usages: Json[]) => {
	const bytes = usages.reduce(
		(sum, one) => sum + quantityToNumber(textAt(one, 'usage', 'memory') || '0'),
		0,
	);
	return `${Math.floor(bytes / 1024 / 1024)}Mi`;
};

const topPod: Verb = {
	name: 'pod',
	aliases: ['pods', 'po'],
	usage: '[NAME | -l label]',
	short: 'Display resource (CPU/memory) usage of pods',
	complete: 'pods',
	flags: [allNamespacesFlag, selectorFlag, noHeaders],
	async run(session) {
		const writer = new TabWriter({ minWidth: 6, padding: 3 });
		const everywhere = session.flags.bool('all-namespaces');
		const items = await metrics(session, 'pods');
		if (!session.flags.bool('no-headers'))
			writer.write(`${everywhere ? 'NAMESPACE\t' : ''}NAME\tCPU(cores)\tMEMORY(bytes)\n`);
		for (const item of items) {
			const containers = listAt(item, 'containers');
			const place = everywhere ? `${textAt(item, 'metadata', 'namespace')}\t` : '';
			writer.write(
				`${place}${textAt(item, 'metadata', 'name')}\t${cpu(containers)}\t${memory(containers)}\n`,
			);
		}
		await session.out(writer.flush());
	},
};

const topNode: Verb = {
	name: 'node',
	aliases: ['nodes', 'no'],
	usage: '[NAME | -l label]',
	short: 'Display resource (CPU/memory) usage of nodes',
	complete: 'nodes',
	flags: [selectorFlag, noHeaders],
	async run(session) {
		const items = await metrics(session, 'nodes');
		const nodes = await session.rest.get<Json>('/api/v1/nodes');
		const writer = new TabWriter({ minWidth: 6, padding: 3 });
		if (!session.flags.bool('no-headers'))
			writer.write('NAME\tCPU(cores)\tCPU(%)\tMEMORY(bytes)\tMEMORY(%)\n');
		for (const item of items) {
			const name = textAt(item, 'metadata', 'name');
			const node = listAt(nodes, 'items').find((one) => textAt(one, 'metadata', 'name') === name);
			const share = (kind: string) => {
				const total = quantityToNumber(textAt(node, 'status', 'allocatable', kind) || '0');
				const used = quantityToNumber(textAt(item, 'usage', kind) || '0');
				return total > 0 ? `${Math.floor((used / total) * 100)}%` : '<unknown>';
			};
			writer.write(
				`${name}\t${cpu([item])}\t${share('cpu')}\t${memory([item])}\t${share('memory')}\n`,
			);
		}
		await session.out(writer.flush());
	},
};

export const top: Verb = {
	name: 'top',
	usage: '',
	short: 'Display resource (CPU/memory) usage',
	group: 'Cluster Management Commands',
	verbs: [topNode, topPod],
};
