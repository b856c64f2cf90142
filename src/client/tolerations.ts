import type { Taint, Toleration } from '../api/kubernetes.ts';

/** Whether a toleration is for a taint. After api/core/v1/toleration.go: ToleratesTaint */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
	if (toleration.effect && toleration.effect !== taint.effect) return false;
	if (toleration.key && toleration.key !== taint.key) return false;
	if (toleration.operator === 'Exists') return true;
	return Boolean(toleration.key) && (toleration.value ?? '') === (taint.value ?? '');
}
