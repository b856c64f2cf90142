import type { Pod } from '../../api/kubernetes.ts';
import type { Client } from '../../client/rest.ts';
import { isConflict, isNotFound } from '../../client/status.ts';
import { namespaceOf } from './pod-ref.ts';

/**
 * Whether a write failed because the API no longer has the pod: nothing has its name, or another one has.
 * Any other conflict is worth another try.
 */
export async function isPodGone(client: Client, pod: Pod, error: unknown): Promise<boolean> {
	if (isNotFound(error)) return true;
	if (!isConflict(error)) return false;
	const { name, uid } = pod.metadata;
	try {
		return (await client.pods(namespaceOf(pod)).get(name)).metadata.uid !== uid;
	} catch (lost) {
		return isNotFound(lost);
	}
}
