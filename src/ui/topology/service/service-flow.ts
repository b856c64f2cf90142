import type { NodeInspection } from '../../../api/inspect.ts';
import { deepEqual } from '../../../util/deep-equal.ts';
import type { PodView } from '../pod-view.ts';
import type { ServiceView } from '../service-view.ts';

export interface LabelView {
	key: string;
	value: string;
	/** The selector asks for this key: `true` when the value is right, `false` when it is another. */
	wanted: boolean | undefined;
}

/** One pod in front of a Service's selector. */
export interface CandidateView {
	pod: PodView;
	labels: LabelView[];
	/** `sent`: gets requests; `held`: matches and is not ready; `leaving`; `other`: does not match. */
	match: 'sent' | 'held' | 'leaving' | 'other';
	address: string | undefined;
}

/**
 * Every pod of the Service's namespace, those that match first: whoever gets ready or leaves keeps its place. What is
 * as it was `before` stays the same object, so that it is not drawn anew.
 */
export function candidates(
	service: ServiceView,
	pods: readonly PodView[],
	before: readonly CandidateView[] = [],
): CandidateView[] {
	const known = new Map(before.map((one) => [one.pod, one]));
	const selector = Object.entries(service.service.spec.selector ?? {});
	return pods
		.filter((pod) => pod.namespace === service.namespace)
		.map((pod): CandidateView => {
			const own = pod.pod.metadata.labels ?? {};
			const labels = Object.entries(own).map(([key, value]) => {
				const asked = selector.find(([name]) => name === key);
				return { key, value, wanted: asked && asked[1] === value };
			});
			const matches = selector.every(([key, value]) => own[key] === value);
			const endpoint = service.endpoints.find((one) => one.pod === pod.uid);
			const made: CandidateView = {
				pod,
				labels: labels.sort((a, b) => Number(b.wanted ?? false) - Number(a.wanted ?? false)),
				match: matchOf(matches, endpoint),
				address: endpoint?.address ?? pod.ip,
			};
			const old = known.get(pod);
			return old && same(old, made) ? old : made;
		})
		.sort((a, b) => Number(a.match === 'other') - Number(b.match === 'other'));
}

/** Two views of the same version of a pod. */
const same = (a: CandidateView, b: CandidateView): boolean =>
	a.match === b.match && a.address === b.address && deepEqual(a.labels, b.labels);

function matchOf(
	matches: boolean,
	endpoint: ServiceView['endpoints'][number] | undefined,
): CandidateView['match'] {
	if (!matches) return 'other';
	if (endpoint?.ready) return 'sent';
	return endpoint?.terminating ? 'leaving' : 'held';
}

export interface GateTarget {
	/** `10.244.1.7:80` */
	address: string;
	/** What the rule says: `0.50000000000`; the last one takes what is left. */
	probability: number;
	/** What that makes of all new connections. */
	share: number;
	packets: number;
}

/** What one node's kernel does with packets to a Service. */
export interface GateView {
	/** Rules that name the Service. */
	rules: number;
	targets: GateTarget[];
	/** A rule refuses them: there is no endpoint. */
	refuses: boolean;
}

/** Reads `iptables-save` of a node after the Service's name in the rules' comments. */
export function gateOf(rules: NodeInspection['rules'], service: ServiceView): GateView {
	const name = `${service.namespace}/${service.name}`.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
	const naming = new RegExp(`--comment "?${name}(:[\\w-]+)?(["\\s]|$)`);
	const own = (rules?.rules ?? []).filter(({ rule }) => naming.test(rule));
	const dnat: Record<string, string | undefined> = {};
	for (const { chain, rule } of own) {
		const to = rule.includes('-j DNAT ') ? / --to-destination (\S+)/.exec(rule)?.[1] : undefined;
		if (to !== undefined) dnat[chain] = to;
	}
	let left = 1;
	const targets = own.flatMap(({ chain, rule, packets }): GateTarget[] => {
		const address = chain.startsWith('KUBE-SVC-')
			? dnat[/-j (KUBE-SEP-\S+)/.exec(rule)?.[1] ?? '']
			: undefined;
		if (address === undefined || rule.includes('--rcheck')) return [];
		const probability = Number(/--probability ([\d.]+)/.exec(rule)?.[1] ?? 1);
		const share = left * probability;
		left -= share;
		return [{ address, probability, share, packets }];
	});
	const refuses = own.some(({ rule }) => /-j (REJECT|DROP)/.test(rule));
	return { rules: own.length, targets, refuses };
}
