import type { IntOrString } from '../api/kubernetes.ts';

/**
 * An absolute number as it is, a percentage as its share of `total`.
 * After apimachinery/pkg/util/intstr/intstr.go: GetScaledValueFromIntOrPercent
 */
export function scaledValue(value: IntOrString, total: number, roundUp: boolean): number {
	if (typeof value === 'number') return value;
	const match = /^([+-]?\d+)%$/.exec(value);
	if (!match)
		throw new Error(`invalid value for IntOrString: invalid type: string is not a percentage`);
	const share = (Number(match[1]) * total) / 100;
	return roundUp ? Math.ceil(share) : Math.floor(share);
}
