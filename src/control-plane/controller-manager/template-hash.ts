import type { PodTemplateSpec } from '../../api/kubernetes.ts';
import { canonicalJson } from '../../util/deep-equal.ts';

/** The label that tells the pods of one revision from another's. */
export const hashLabel = 'pod-template-hash';

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

function fnv32a(text: string): number {
	let hash = 0x811c9dc5;
	for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
	return hash >>> 0;
}

/**
 * The hash of a template, in letters that spell no words. After pkg/controller: ComputeHash
 * Unlike Kubernetes: hashes the template's JSON, so the value differs from upstream's.
 */
export function templateHash(
	template: PodTemplateSpec,
	collisionCount: number | undefined,
): string {
	const salt = collisionCount === undefined ? '' : String(collisionCount);
	const digits = String(fnv32a(canonicalJson(withoutHash(template)) + salt));
	return [...digits].map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join('');
}

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
	const labels = { ...template.metadata?.labels };
	delete labels[hashLabel];
	const metadata = { ...template.metadata, labels };
	delete metadata.creationTimestamp;
	return { ...template, metadata };
}

/** Whether two templates ask for the same pods. After pkg/controller/deployment/util: EqualIgnoreHash */
export function equalIgnoreHash(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
	return canonicalJson(withoutHash(a)) === canonicalJson(withoutHash(b));
}
