import type { Image, Network, Volume } from '../../api/engine.ts';
import { rfc3339Nano } from './human.ts';
import { asMap } from './print.ts';

/** An image in the shape of the Engine API. */
export function inspectImage(image: Image): Record<string, unknown> {
	const { config } = image;
	const [top, ...below] = [...image.layers].reverse().map((layer) => layer.directory);
	const asKeys = (names: readonly string[]) =>
		asMap(Object.fromEntries(names.map((name) => [name, {}])));
	return {
		Id: image.id,
		RepoTags: image.tags,
		RepoDigests: image.digests,
		Parent: '',
		Comment: '',
		Created: rfc3339Nano(image.created),
		DockerVersion: '',
		Author: '',
		Architecture: image.architecture,
		Os: image.os,
		Size: image.size,
		GraphDriver: {
			Data: {
				...(below.length > 0 ? { LowerDir: below.join(':') } : {}),
				UpperDir: top ?? '',
			},
			Name: 'overlay2',
		},
		RootFS: { Type: 'layers', Layers: image.layers.map((layer) => layer.diffId) },
		Metadata: { LastTagTime: '0001-01-01T00:00:00Z' },
		Config: {
			User: config.user,
			...(config.exposedPorts.length > 0 ? { ExposedPorts: asKeys(config.exposedPorts) } : {}),
			Env: config.env,
			Entrypoint: config.entrypoint.length > 0 ? config.entrypoint : null,
			Cmd: config.cmd.length > 0 ? config.cmd : null,
			Volumes: config.volumes.length > 0 ? asKeys(config.volumes) : null,
			WorkingDir: config.workingDir,
			Labels: Object.keys(config.labels).length > 0 ? asMap(config.labels) : null,
			...(config.stopSignal ? { StopSignal: config.stopSignal } : {}),
		},
	};
}

/** A volume in the shape of the Engine API. */
export function inspectVolume(volume: Volume): Record<string, unknown> {
	return {
		CreatedAt: rfc3339Nano(volume.created).replace(/\.\d+Z/, 'Z'),
		Driver: 'local',
		Labels: Object.keys(volume.labels).length > 0 ? asMap(volume.labels) : null,
		Mountpoint: volume.mountpoint,
		Name: volume.name,
		Options: null,
		Scope: 'local',
	};
}

/** A network in the shape of the Engine API. */
export function inspectNetwork(network: Network): Record<string, unknown> {
	const containers = network.containers.map((member) => [
		member.id,
		{
			Name: member.name,
			EndpointID: '',
			MacAddress: member.mac,
			IPv4Address: member.cidr,
			IPv6Address: '',
		},
	]);
	return {
		Name: network.name,
		Id: network.id,
		Scope: 'local',
		Driver: network.driver,
		EnableIPv4: true,
		EnableIPv6: false,
		IPAM: {
			Driver: 'default',
			Options: null,
			Config: network.subnet ? [{ Subnet: network.subnet, Gateway: network.gateway }] : null,
		},
		Internal: false,
		Attachable: false,
		Ingress: false,
		Containers: asMap(Object.fromEntries(containers) as Record<string, unknown>),
		Options: asMap(network.bridge ? { 'com.docker.network.bridge.name': network.bridge } : {}),
		Labels: asMap({}),
	};
}
