import { crunArchive } from './crun.ts';
import { median, type Figure } from './figure.ts';
import { timed, type Rack } from '../harness/rack.ts';
import { Client } from '../../src/client/rest.ts';
import type { LocalCluster } from '../../src/cluster/cluster.ts';
import { nodesReady } from '../../src/headless/ready.ts';

const node = 'control-plane';
const chunkBytes = 48 << 10;
/** Until the emulator has compiled what both sides run; before that it is its interpreter that is measured. */
const warmUps = 5;
const rounds = 15;
const settleMs = 300;

/** Copies an archive into the guest through a shell: the guest has no way out to fetch it. */
async function copyIn(cluster: LocalCluster, archive: Buffer, path: string): Promise<void> {
	for (let at = 0; at < archive.length; at += chunkBytes) {
		const text = archive.subarray(at, at + chunkBytes).toString('base64');
		await timed(cluster, node, ['sh', '-c', `echo ${text} | base64 -d >> ${path}`]);
	}
}

/** An OCI bundle with BusyBox as its root and crun's own default specification, running `true`. */
const bundle = `
set -e
mkdir -p /opt/crun /opt/bundle/rootfs/bin
tar -xzf /tmp/crun.tgz -C /opt/crun
cp /opt/crun/usr/bin/busybox /opt/bundle/rootfs/bin/busybox
ln -sf busybox /opt/bundle/rootfs/bin/true
cd /opt/bundle
/opt/crun/run spec
sed -i 's/"terminal": true/"terminal": false/; s/"sh"/"true"/' config.json
`;

/** One container start by docker here against one by crun, of the same program in the same guest. */
export async function containerFigures(rack: Rack): Promise<Figure[]> {
	const cluster = rack.cluster(1);
	await cluster.start();
	await nodesReady(new Client(cluster.api), 1);
	await copyIn(cluster, await crunArchive(), '/tmp/crun.tgz');
	await timed(cluster, node, ['sh', '-c', bundle]);
	const docker = ['docker', 'run', '--rm', 'busybox', 'true'];
	const crun = ['sh', '-c', 'cd /opt/bundle && exec /opt/crun/run run bench'];
	const took: { docker: number[]; crun: number[] } = { docker: [], crun: [] };
	for (let round = 0; round < warmUps + rounds; round++) {
		took.docker.push(await timed(cluster, node, docker));
		// What is taken down after the answer must not fall into the other side's time.
		await new Promise((resolve) => setTimeout(resolve, settleMs));
		took.crun.push(await timed(cluster, node, crun));
	}
	await cluster.stop();
	const ours = median(took.docker.slice(warmUps));
	const floor = median(took.crun.slice(warmUps));
	return [
		{ name: 'docker run --rm busybox true', value: ours, unit: 'ms' },
		{ name: 'crun run, the same program', value: floor, unit: 'ms' },
		{ name: 'docker run ÷ crun run', value: ours / floor, unit: '×', bound: 0.5 },
	];
}
