import type { Pod } from '../../api/kubernetes.ts';
import { appendEvents } from './describe-events.ts';
import { describeContainers } from './describe-template.ts';
import { describeVolumes } from './describe-volumes.ts';
import { DescribeWriter, longTime, orNone } from './describe-writer.ts';
import { listAt, stringMap, textAt, type Json, type Manifest } from './fields.ts';
import { humanDuration } from '../duration.ts';
import type { Session } from './session.ts';
import { tolerationTexts } from './tolerations.ts';

/** After pkg/describe: describePod. */
export async function describePod(session: Session, object: Manifest): Promise<string> {
	const pod = object as unknown as Pod;
	const writer = new DescribeWriter();
	identity(session, writer, pod);
	addresses(writer, pod);
	const field = (path: string) => fieldValue(object, path);
	const { spec, status } = pod;
	const { initContainers = [], ephemeralContainers = [] } = spec;
	if (initContainers.length > 0)
		describeContainers(writer, 'Init Containers', initContainers, {
			statuses: status.initContainerStatuses ?? [],
			field,
		});
	describeContainers(writer, 'Containers', spec.containers, {
		statuses: status.containerStatuses ?? [],
		field,
	});
	if (ephemeralContainers.length > 0)
		describeContainers(writer, 'Ephemeral Containers', ephemeralContainers, {
			statuses: status.ephemeralContainerStatuses ?? [],
			field,
		});
	const conditions = status.conditions ?? [];
	if (conditions.length > 0) writer.write(0, 'Conditions:\n  Type\tStatus');
	for (const condition of conditions) writer.write(1, `${condition.type}\t${condition.status} `);
	describeVolumes(writer, listAt(object, 'spec', 'volumes'), '');
	writer.write(0, `QoS Class:\t${status.qosClass ?? 'BestEffort'}`);
	writer.labels('Node-Selectors', spec.nodeSelector ?? {});
	const tolerations = tolerationTexts(listAt(object, 'spec', 'tolerations'));
	writer.write(0, `Tolerations:\t${tolerations[0] ?? '<none>'}`);
	for (const line of tolerations.slice(1)) writer.write(0, `\t${line}`);
	spread(writer, pod);
	await appendEvents(session, writer, object);
	return writer.toString();
}

function identity(session: Session, writer: DescribeWriter, { metadata, spec, status }: Pod): void {
	writer.write(0, `Name:\t${metadata.name}`);
	writer.write(0, `Namespace:\t${metadata.namespace ?? ''}`);
	writer.write(0, `Priority:\t${spec.priority ?? 0}`);
	if (spec.priorityClassName) writer.write(0, `Priority Class Name:\t${spec.priorityClassName}`);
	writer.write(0, `Service Account:\t${spec.serviceAccountName ?? 'default'}`);
	writer.write(0, `Node:\t${spec.nodeName ? `${spec.nodeName}/${status.hostIP ?? ''}` : '<none>'}`);
	if (status.startTime) writer.write(0, `Start Time:\t${longTime(status.startTime)}`);
	writer.labels('Labels', metadata.labels ?? {});
	writer.annotations('Annotations', metadata.annotations ?? {});
	podState(session, writer, { metadata, status });
}

function podState(
	session: Session,
	writer: DescribeWriter,
	{ metadata, status }: Pick<Pod, 'metadata' | 'status'>,
): void {
	if (metadata.deletionTimestamp) {
		const since = humanDuration(session.now() - Date.parse(metadata.deletionTimestamp));
		const lasts = since === '<invalid>' ? '0s' : since;
		writer.write(0, `Status:\tTerminating (lasts ${lasts})`);
		writer.write(0, `Termination Grace Period:\t${metadata.deletionGracePeriodSeconds ?? 0}s`);
	} else writer.write(0, `Status:\t${status.phase ?? ''}`);
	if (status.reason) writer.write(0, `Reason:\t${status.reason}`);
	if (status.message) writer.write(0, `Message:\t${status.message}`);
}

function addresses(writer: DescribeWriter, { metadata, status }: Pod): void {
	writer.write(0, `IP:\t${status.podIP ?? ''}`);
	const ips = status.podIPs ?? [];
	if (ips.length === 0) writer.write(0, 'IPs:\t<none>');
	else {
		writer.write(0, 'IPs:');
		for (const { ip } of ips) writer.write(1, `IP:\t${ip}`);
	}
	const controller = metadata.ownerReferences?.find((owner) => owner.controller);
	if (controller) writer.write(0, `Controlled By:\t${controller.kind}/${controller.name}`);
	if (status.nominatedNodeName) writer.write(0, `NominatedNodeName:\t${status.nominatedNodeName}`);
}

function spread(writer: DescribeWriter, { spec }: Pod): void {
	const constraints = spec.topologySpreadConstraints ?? [];
	constraints.forEach((one, i) => {
		const labels = stringMap(one.labelSelector?.matchLabels);
		const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
		const head = i === 0 ? 'Topology Spread Constraints:' : '';
		writer.write(
			0,
			`${head}\t${one.topologyKey}:${one.whenUnsatisfiable} when max skew ${one.maxSkew} is exceeded for selector ${orNone(selector.join(','))}`,
		);
	});
}

/** What a field reference of an environment variable stands for, as far as the object tells. */
function fieldValue(object: Json, path: string): string {
	const [, map, key] = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path) ?? [];
	if (map && key) return textAt(object, 'metadata', map, key);
	return textAt(object, ...path.split('.'));
}
