import type { Transport } from '../api/transport.ts';

/** The API of a cluster that has no control plane: says so to every request. */
export function withoutApi(runs: 'linux' | 'docker'): Transport {
	const what = runs === 'linux' ? 'Linux machines alone' : 'machines with a container engine alone';
	const refuse = async (): Promise<never> => {
		throw new Error(`there is no API server: this cluster runs ${what}, no Kubernetes`);
	};
	return { request: refuse, upgrade: refuse };
}
