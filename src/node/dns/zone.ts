import type { Service } from '../../api/kubernetes.ts';
import {
	recordTypes,
	responseCodes,
	type Answer,
	type Question,
	type RecordData,
	type ResourceRecord,
} from './message.ts';
import {
	endpointsOf,
	hasClusterIp,
	isHeadless,
	type Directory,
	type NamedEndpoint,
} from './service-records.ts';

const ttl = 30;
/** Version of the naming scheme. After kubernetes/dns: docs/specification.md */
const schemaVersion = '1.1.0';

/** Everything known under a name, of any type; `undefined` when the name does not exist. */
interface Found {
	records: RecordData[];
	/** Addresses of names that records point to. */
	extra?: ResourceRecord[];
}

const exists: Found = { records: [] };

/** Answers for the cluster's domain and its addresses. After coredns plugin/kubernetes */
export class Zone {
	readonly #domain: string;
	readonly #directory: Directory;
	#turn = 0;

	constructor(domain: string, directory: Directory) {
		this.#domain = domain;
		this.#directory = directory;
	}
	answer(question: Question): Answer {
		const found = this.#find(question.name);
		if (!found) return this.#negative(question.name, responseCodes.nameError);
		const chain = this.#follow(question, found);
		if (chain.answers.length === 0) return this.#negative(question.name, responseCodes.noError);
		return { code: responseCodes.noError, authority: [], ...chain };
	}
	#follow(
		question: Question,
		found: Found,
	): { answers: ResourceRecord[]; additional: ResourceRecord[] } {
		const wanted = (data: RecordData) =>
			question.type === recordTypes.ANY || recordTypes[data.type] === question.type;
		const answers: ResourceRecord[] = this.#rotate(found.records.filter(wanted)).map((data) => ({
			name: question.originalName,
			ttl,
			data,
		}));
		const alias = found.records.find((data) => data.type === 'CNAME');
		if (alias?.type === 'CNAME' && answers.length === 0) {
			answers.push({ name: question.originalName, ttl, data: alias });
			const target = this.#find(alias.target.toLowerCase());
			for (const data of (target?.records ?? []).filter(wanted))
				answers.push({ name: alias.target, ttl, data });
		}
		const additional = answers.some(({ data }) => data.type === 'SRV') ? (found.extra ?? []) : [];
		return { answers, additional };
	}
	/** Several addresses take turns to be the first. After coredns plugin/loadbalance */
	#rotate(records: RecordData[]): RecordData[] {
		if (records.length < 2) return records;
		const start = this.#turn++ % records.length;
		return [...records.slice(start), ...records.slice(0, start)];
	}
	#negative(name: string, code: number): Answer {
		const inZone = name === this.#domain || name.endsWith(`.${this.#domain}`);
		const soa: RecordData = {
			type: 'SOA',
			primary: `ns.dns.${this.#domain}`,
			contact: `hostmaster.${this.#domain}`,
			serial: 1,
		};
		const authority = inZone ? [{ name: this.#domain, ttl, data: soa }] : [];
		return { code, answers: [], authority, additional: [] };
	}
	#find(name: string): Found | undefined {
		if (name.endsWith('.in-addr.arpa')) return this.#reverse(name);
		if (name === this.#domain) return exists;
		if (name === `dns-version.${this.#domain}`)
			return { records: [{ type: 'TXT', text: schemaVersion }] };
		if (!name.endsWith(`.${this.#domain}`)) return undefined;
		const labels = name.slice(0, -this.#domain.length - 1).split('.');
		const kind = labels.pop();
		if (kind === 'svc') return this.#inServices(labels);
		return kind === 'pod' ? this.#pod(labels) : undefined;
	}
	/** `a-b-c-d.ns`: the address is in the name. After plugin/kubernetes: podModeInsecure */
	#pod(labels: string[]): Found | undefined {
		const [dashed, namespace, ...rest] = labels;
		if (dashed === undefined) return exists;
		if (rest.length > 0 || (namespace ?? dashed) === '') return undefined;
		if (namespace === undefined) return this.#hasNamespace(dashed) ? exists : undefined;
		const address = dashed.replaceAll('-', '.');
		if (!/^(\d{1,3}\.){3}\d{1,3}$/.test(address) || !this.#hasNamespace(namespace))
			return undefined;
		if (address.split('.').some((part) => Number(part) > 255)) return undefined;
		return { records: [{ type: 'A', address }] };
	}
	#hasNamespace(namespace: string): boolean {
		const known = this.#directory.services().some((s) => s.metadata.namespace === namespace);
		return known || namespace === 'default' || namespace === 'kube-system';
	}
	#inServices(labels: string[]): Found | undefined {
		const namespace = labels.pop();
		if (namespace === undefined) return exists;
		const name = labels.pop();
		if (name === undefined) return this.#hasNamespace(namespace) ? exists : undefined;
		const service = this.#directory.service(namespace, name);
		if (!service) return undefined;
		const [first = '', second = ''] = labels;
		if (labels.length === 0) return this.#service(service);
		if (labels.length === 1) return this.#belowService(service, first);
		const isPort = labels.length === 2 && first.startsWith('_') && second.startsWith('_');
		return isPort ? this.#ports(service, first.slice(1), second.slice(1)) : undefined;
	}
	#endpoints(service: Service): NamedEndpoint[] {
		const { namespace = 'default', name } = service.metadata;
		return endpointsOf(this.#directory.slices(namespace, name));
	}
	#nameOf({ metadata }: Service): string {
		return `${metadata.name}.${metadata.namespace ?? 'default'}.svc.${this.#domain}`;
	}
	#service(service: Service): Found | undefined {
		if (service.spec.type === 'ExternalName')
			return { records: [{ type: 'CNAME', target: service.spec.externalName ?? '' }] };
		if (hasClusterIp(service)) {
			const { records } = this.#ports(service, undefined, undefined) ?? exists;
			return { records: [{ type: 'A', address: service.spec.clusterIP ?? '' }, ...records] };
		}
		const endpoints = this.#endpoints(service);
		if (!isHeadless(service) || endpoints.length === 0) return undefined;
		return { records: endpoints.map(({ address }) => ({ type: 'A', address })) };
	}
	/** `_tcp` alone, or the name of one endpoint of a headless Service. */
	#belowService(service: Service, label: string): Found | undefined {
		if (label === '_tcp' || label === '_udp') return exists;
		const found = this.#endpoints(service).filter((endpoint) => endpoint.label === label);
		if (found.length === 0) return undefined;
		return { records: found.map(({ address }) => ({ type: 'A', address })) };
	}
	/** SRV records of a named port, or of all. */
	#ports(
		service: Service,
		portName: string | undefined,
		protocol: string | undefined,
	): Found | undefined {
		const matches = (name = '', proto = 'TCP') =>
			(portName === undefined || name === portName) &&
			(protocol === undefined || proto.toLowerCase() === protocol);
		const targets = hasClusterIp(service)
			? (service.spec.ports ?? [])
					.filter(({ name, protocol: proto }) => matches(name, proto))
					.map(({ port }) => ({ port, target: '', address: service.spec.clusterIP ?? '' }))
			: this.#endpoints(service).flatMap(({ label, address, ports }) =>
					ports
						.filter(({ name, protocol: proto }) => matches(name, proto))
						.map(({ port = 0 }) => ({ port, target: `${label}.`, address })),
				);
		if (targets.length === 0) return undefined;
		const suffix = this.#nameOf(service);
		const weight = Math.floor(100 / targets.length);
		return {
			records: targets.map(({ port, target }) => ({
				type: 'SRV',
				priority: 0,
				weight,
				port,
				target: target + suffix,
			})),
			extra: targets.map(({ target, address }) => ({
				name: target + suffix,
				ttl,
				data: { type: 'A', address },
			})),
		};
	}
	/** After plugin/kubernetes: serviceRecordForIP */
	#reverse(name: string): Found | undefined {
		const parts = name.slice(0, -'.in-addr.arpa'.length).split('.');
		if (parts.length !== 4) return undefined;
		const address = parts.reverse().join('.');
		const service = this.#directory.services().find(({ spec }) => spec.clusterIP === address);
		if (service) return { records: [{ type: 'PTR', target: this.#nameOf(service) }] };
		const targets = this.#directory.allSlices().flatMap((slice): RecordData[] => {
			const owner = slice.metadata.labels?.['kubernetes.io/service-name'];
			const of = owner && this.#directory.service(slice.metadata.namespace ?? 'default', owner);
			if (!of) return [];
			return endpointsOf([slice])
				.filter((endpoint) => endpoint.address === address)
				.map(({ label }) => ({ type: 'PTR', target: `${label}.${this.#nameOf(of)}` }));
		});
		return targets.length ? { records: targets } : undefined;
	}
}
