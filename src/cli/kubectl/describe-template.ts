import type {
	Container,
	ContainerState,
	ContainerStatus,
	EnvVar,
	Probe,
} from '../../api/kubernetes.ts';
import { DescribeWriter, capitalized, longTime, orNone } from './describe-writer.ts';
import { describeVolumes } from './describe-volumes.ts';
import { listAt, mapAt, stringMap, textAt, type Json } from './fields.ts';
import { tolerationTexts } from './tolerations.ts';

/** The pod template of a workload. After pkg/describe: DescribePodTemplate. */
export function describePodTemplate(writer: DescribeWriter, template: Json): void {
	const spec = mapAt(template, 'spec');
	writer.write(0, 'Pod Template:');
	writer.labels('Labels', stringMap(mapAt(template, 'metadata')['labels']), '  ');
	const annotations = stringMap(mapAt(template, 'metadata')['annotations']);
	if (Object.keys(annotations).length > 0) writer.annotations('Annotations', annotations, '  ');
	if (textAt(spec, 'serviceAccountName'))
		writer.write(1, `Service Account:\t${textAt(spec, 'serviceAccountName')}`);
	const containers = (key: string) => listAt(spec, key) as unknown as Container[];
	if (containers('initContainers').length > 0)
		describeContainers(writer, 'Init Containers', containers('initContainers'), { indent: '  ' });
	describeContainers(writer, 'Containers', containers('containers'), { indent: '  ' });
	describeVolumes(writer, listAt(spec, 'volumes'), '  ');
	writer.labels('Node-Selectors', stringMap(spec['nodeSelector']), '  ');
	const tolerations = tolerationTexts(listAt(spec, 'tolerations'));
	writer.write(1, `Tolerations:\t${tolerations[0] ?? '<none>'}`);
	for (const line of tolerations.slice(1)) writer.write(1, `\t${line}`);
}

/** A template as `rollout history` and `undo` print it: with tabs, not in columns. */
export function podTemplateText(template: Json): string {
	const writer = new DescribeWriter();
	describePodTemplate(writer, template);
	return writer.tabbed();
}

interface ContainersContext {
	statuses?: ContainerStatus[];
	/** What a field of the pod, such as its address, resolves to. */
	field?: (path: string) => string;
	indent?: string;
}

/** After pkg/describe: describeContainers. */
export function describeContainers(
	writer: DescribeWriter,
	title: string,
	containers: Container[],
	context: ContainersContext,
): void {
	const { indent = '' } = context;
	writer.write(0, `${indent}${title}:${containers.length === 0 ? '\t<none>' : ''}`);
	for (const container of containers) {
		const status = context.statuses?.find(({ name }) => name === container.name);
		writer.write(1, `${indent ? ' ' : ''}${container.name}:`);
		basics(writer, container, status);
		commands(writer, container);
		if (status) state(writer, status);
		resources(writer, container);
		probes(writer, container);
		environment(writer, container, context);
		mounts(writer, container);
	}
}

function basics(writer: DescribeWriter, container: Container, status?: ContainerStatus): void {
	const ports = container.ports ?? [];
	const plural = ports.length > 1 ? 's' : '';
	if (status) writer.write(2, `Container ID:\t${status.containerID ?? ''}`);
	writer.write(2, `Image:\t${container.image ?? ''}`);
	if (status) writer.write(2, `Image ID:\t${status.imageID}`);
	const named = ports.map(
		(port) =>
			`${port.containerPort}/${port.protocol ?? 'TCP'}${port.name ? ` (${port.name})` : ''}`,
	);
	writer.write(2, `Port${plural}:\t${orNone(named.join(', '))}`);
	const hosts = ports.map(
		(port) =>
			`${port.hostPort ?? 0}/${port.protocol ?? 'TCP'}${port.name ? ` (${port.name})` : ''}`,
	);
	writer.write(2, `Host Port${plural}:\t${orNone(hosts.join(', '))}`);
}

function commands(writer: DescribeWriter, { command = [], args = [] }: Container): void {
	const block = (title: string, words: string[]) => {
		if (words.length === 0) return;
		writer.write(2, `${title}:`);
		for (const word of words) for (const line of word.split('\n')) writer.write(3, line);
	};
	block('Command', command);
	block('Args', args);
}

function state(writer: DescribeWriter, status: ContainerStatus): void {
	describeState(writer, 'State', status.state);
	if (status.lastState.terminated) describeState(writer, 'Last State', status.lastState);
	writer.write(2, `Ready:\t${capitalized(status.ready)}`);
	writer.write(2, `Restart Count:\t${status.restartCount}`);
}

function describeState(
	writer: DescribeWriter,
	title: string,
	{ running, waiting, terminated }: ContainerState,
): void {
	if (running) {
		writer.write(2, `${title}:\tRunning`);
		writer.write(3, `Started:\t${longTime(running.startedAt)}`);
	} else if (terminated) {
		writer.write(2, `${title}:\tTerminated`);
		if (terminated.reason) writer.write(3, `Reason:\t${terminated.reason}`);
		if (terminated.message) writer.write(3, `Message:\t${terminated.message}`);
		writer.write(3, `Exit Code:\t${terminated.exitCode}`);
		if (terminated.signal) writer.write(3, `Signal:\t${terminated.signal}`);
		writer.write(3, `Started:\t${longTime(terminated.startedAt)}`);
		writer.write(3, `Finished:\t${longTime(terminated.finishedAt)}`);
	} else {
		writer.write(2, `${title}:\tWaiting`);
		if (waiting?.reason) writer.write(3, `Reason:\t${waiting.reason}`);
	}
}

function resources(writer: DescribeWriter, container: Container): void {
	const block = (title: string, values: Record<string, string> = {}) => {
		const names = Object.keys(values).sort();
		if (names.length > 0) writer.write(2, `${title}:`);
		for (const name of names) writer.write(3, `${name}:\t${values[name]}`);
	};
	block('Limits', container.resources?.limits);
	block('Requests', container.resources?.requests);
}

function probes(writer: DescribeWriter, container: Container): void {
	const { livenessProbe, readinessProbe, startupProbe } = container;
	if (livenessProbe) writer.write(2, `Liveness:\t${probeText(livenessProbe)}`);
	if (readinessProbe) writer.write(2, `Readiness:\t${probeText(readinessProbe)}`);
	if (startupProbe) writer.write(2, `Startup:\t${probeText(startupProbe)}`);
}

/** After pkg/describe: DescribeProbe. */
function probeText(probe: Probe): string {
	const seconds = (value: number | undefined, usual: number) => `${value ?? usual}s`;
	const times = `delay=${seconds(probe.initialDelaySeconds, 0)} timeout=${seconds(probe.timeoutSeconds, 1)} period=${seconds(probe.periodSeconds, 10)} #success=${probe.successThreshold ?? 1} #failure=${probe.failureThreshold ?? 3}`;
	const { exec, httpGet, tcpSocket, grpc } = probe;
	if (exec) return `exec [${(exec.command ?? []).join(' ')}] ${times}`;
	if (httpGet) {
		const scheme = (httpGet.scheme ?? 'HTTP').toLowerCase();
		return `http-get ${scheme}://${httpGet.host ?? ''}:${httpGet.port}${httpGet.path ?? '/'} ${times}`;
	}
	if (tcpSocket) return `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port} ${times}`;
	if (grpc) return `grpc <pod>:${grpc.port} ${grpc.service ?? ''} ${times}`;
	return `unknown ${times}`;
}

function environment(
	writer: DescribeWriter,
	container: Container,
	context: ContainersContext,
): void {
	const { env = [], envFrom = [] } = container;
	if (envFrom.length > 0) writer.write(2, 'Environment Variables from:');
	for (const source of envFrom) {
		const [ref, type] = source.configMapRef
			? [source.configMapRef, 'ConfigMap']
			: [source.secretRef, 'Secret'];
		const prefix = source.prefix ? ` with prefix '${source.prefix}'` : '';
		writer.write(3, `${ref?.name ?? ''}\t${type}${prefix}\tOptional: ${ref?.optional ?? false}`);
	}
	writer.write(2, `Environment:${env.length === 0 ? '\t<none>' : ''}`);
	for (const variable of env) writer.write(3, envText(variable, context));
}

function envText({ name, value, valueFrom }: EnvVar, { field }: ContainersContext): string {
	const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom ?? {};
	if (fieldRef) {
		const resolved = field?.(fieldRef.fieldPath) ?? '';
		return `${name}:\t${resolved} (${fieldRef.apiVersion ?? 'v1'}:${fieldRef.fieldPath})`;
	}
	if (resourceFieldRef) return `${name}:\t (${resourceFieldRef.resource})`;
	if (secretKeyRef)
		return `${name}:\t<set to the key '${secretKeyRef.key}' in secret '${secretKeyRef.name}'>\tOptional: ${secretKeyRef.optional ?? false}`;
	if (configMapKeyRef)
		return `${name}:\t<set to the key '${configMapKeyRef.key}' of config map '${configMapKeyRef.name}'>\tOptional: ${configMapKeyRef.optional ?? false}`;
	const [first = '', ...more] = (value ?? '').split('\n');
	return [`${name}:\t${first}`, ...more.map((line) => `      \t${line}`)].join('\n');
}

function mounts(writer: DescribeWriter, { volumeMounts = [] }: Container): void {
	writer.write(2, `Mounts:${volumeMounts.length === 0 ? '\t<none>' : ''}`);
	const sorted = [...volumeMounts].sort((a, b) => (a.mountPath < b.mountPath ? -1 : 1));
	for (const { mountPath, name, readOnly, subPath } of sorted) {
		const flags = [readOnly ? 'ro' : 'rw', ...(subPath ? [`path="${subPath}"`] : [])];
		writer.write(3, `${mountPath} from ${name} (${flags.join(',')})`);
	}
}
