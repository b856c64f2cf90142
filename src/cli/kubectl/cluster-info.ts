import { CliError } from './errors.ts';
import { listAt, textAt, type Json } from './fields.ts';
import type { Verb } from './verb.ts';

export const clusterInfo: Verb = {
	name: 'cluster-info',
	usage: '',
	short: 'Display cluster information',
	group: 'Cluster Management Commands',
	complete: 'none',
	async run(session) {
		if (session.args[0] === 'dump')
			throw new CliError(
				'cluster-info dump is not supported: read the objects with kubectl get -o yaml',
			);
		const services = await session.rest.get<Json>('/api/v1/namespaces/kube-system/services', {
			labelSelector: 'kubernetes.io/cluster-service=true',
		});
		let text = `Kubernetes control plane is running at ${session.server}\n`;
		for (const service of listAt(services, 'items')) {
			const name = textAt(service, 'metadata', 'name');
			const label = textAt(service, 'metadata', 'labels', 'kubernetes.io/name') || name;
			const port = textAt(listAt(service, 'spec', 'ports')[0], 'name');
			const path = `/api/v1/namespaces/kube-system/services/${name}${port ? `:${port}` : ''}/proxy`;
			text += `${label} is running at ${session.server}${path}\n`;
		}
		await session.out(
			`${text}\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n`,
		);
	},
};
