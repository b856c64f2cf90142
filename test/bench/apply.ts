import type { Deployment } from '../../src/api/kubernetes.ts';
import { Client } from '../../src/client/rest.ts';
import type { LocalCluster } from '../../src/cluster/cluster.ts';
import { nodesReady } from '../../src/headless/ready.ts';
import { median, repeat, type Figure } from './figure.ts';
import { timed, type Rack } from '../harness/rack.ts';

const manifest = JSON.stringify({
	apiVersion: 'apps/v1',
	kind: 'Deployment',
	metadata: { name: 'bench' },
	spec: {
		replicas: 3,
		selector: { matchLabels: { app: 'bench' } },
		template: {
			metadata: { labels: { app: 'bench' } },
			spec: {
				terminationGracePeriodSeconds: 1,
				containers: [{ name: 'nginx', image: 'nginx:1' }],
			},
		},
	},
});

async function until(client: Client, done: (deployment: Deployment) => boolean): Promise<void> {
	const deployments = client.deployments('default');
	const { items, metadata } = await deployments.list();
	if (items.some((each) => each.metadata.name === 'bench' && done(each))) return;
	const stop = new AbortController();
	const options = { resourceVersion: metadata.resourceVersion };
	for await (const { object } of deployments.watch(options, stop.signal))
		if (object.metadata.name === 'bench' && done(object)) break;
	stop.abort();
}

async function gone(client: Client): Promise<void> {
	for (;;) {
		const { items } = await client.pods('default').list();
		if (items.length === 0) return;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

/** From the moment `kubectl apply` is typed on the control plane to the third Ready pod. */
async function applied(cluster: LocalCluster, client: Client): Promise<number> {
	const began = performance.now();
	const ready = until(client, (deployment) => deployment.status.readyReplicas === 3);
	await timed(cluster, 'control-plane', ['kubectl', 'apply', '-f', '/root/bench.json']);
	await ready;
	const took = performance.now() - began;
	await timed(cluster, 'control-plane', ['kubectl', 'delete', '-f', '/root/bench.json']);
	await gone(client);
	return took;
}

export async function applyFigures(rack: Rack): Promise<Figure[]> {
	const cluster = rack.cluster(3);
	await cluster.start();
	const client = new Client(cluster.api);
	await nodesReady(client, 3);
	await timed(cluster, 'control-plane', ['sh', '-c', `echo '${manifest}' > /root/bench.json`]);
	// The images are on the nodes after the first round, which is not counted.
	await applied(cluster, client);
	const runs = await repeat(5, () => applied(cluster, client));
	const starts = await repeat(5, () =>
		timed(cluster, 'node-1', ['docker', 'run', '--rm', 'nginx:1', 'true']),
	);
	await cluster.stop();
	return [
		{
			name: 'kubectl apply, 3 replicas → all Ready',
			value: median(runs) / 1000,
			unit: 's',
			bound: 1.5,
		},
		{ name: 'docker run --rm nginx:1 true, beside it', value: median(starts) / 1000, unit: 's' },
	];
}
