type QuantityFormat = 'BinarySI' | 'DecimalSI' | 'DecimalExponent';

/** A resource quantity, exact to a billionth as upstream keeps it. */
export interface Quantity {
	/** Billionths of the unit. */
	value: bigint;
	/** The family of suffixes it was written in, which its text keeps. */
	format: QuantityFormat;
}

const nano = 1_000_000_000n;
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimal = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const pattern = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]?|[eE][+-]?\d+)$/;

/** `numerator / denominator` away from zero, as upstream rounds what is finer than a billionth. */
function roundUp(numerator: bigint, denominator: bigint): bigint {
	return (numerator + denominator - 1n) / denominator;
}

/** The largest amount there is: what is more is this much. */
const most = (2n ** 63n - 1n) * nano;
/** So many digits decide a value; of the rest only counts whether there is one. */
const mostDigits = 60;

interface Suffix {
	format: QuantityFormat;
	exponent: number;
	times: bigint;
}

function suffixOf(suffix: string): Suffix {
	if (/^[eE][+-]?\d/.test(suffix))
		return { format: 'DecimalExponent', exponent: Number(suffix.slice(1)), times: 1n };
	const step = binary.indexOf(suffix);
	if (step > 0) return { format: 'BinarySI', exponent: 0, times: 1024n ** BigInt(step) };
	return { format: 'DecimalSI', exponent: 3 * (decimal.indexOf(suffix) - 3), times: 1n };
}

/** `0.digits × 10^exponent × times` in billionths, however long the digits and however far the exponent. */
function amount(digits: string, exponent: number, times: bigint): bigint {
	if (digits === '') return 0n;
	if (exponent > 20) return most;
	// Even the largest binary suffix leaves less than a billionth of it.
	if (exponent < -30) return 1n;
	const kept = digits.slice(0, mostDigits);
	const rest = /[1-9]/.test(digits.slice(mostDigits)) ? 1n : 0n;
	const numerator = (BigInt(kept) + rest) * times * nano;
	const power = exponent - kept.length;
	const value =
		power < 0 ? roundUp(numerator, 10n ** BigInt(-power)) : numerator * 10n ** BigInt(power);
	return value > most ? most : value;
}

/**
 * Reads `250m`, `64Mi`, `1e3`; throws upstream's message on anything else.
 * Unlike Kubernetes: decimal amounts end at 2^63-1 as well, not only binary ones.
 */
export function parseQuantity(text: string | number): Quantity {
	const match = pattern.exec(String(text));
	if (!match)
		throw new Error(
			`quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
		);
	const [, sign, written = '0', suffix = ''] = match;
	const [whole = '', fraction = ''] = written.split('.');
	const { format, exponent, times } = suffixOf(suffix);
	const all = whole + fraction;
	const zeros = /^0*/.exec(all)?.[0].length ?? 0;
	const value = amount(all.slice(zeros), whole.length - zeros + exponent, times);
	return { value: sign === '-' ? -value : value, format };
}

function formatBinary(whole: bigint): string {
	let step = 0;
	let rest = whole;
	while (rest % 1024n === 0n && step < binary.length - 1) {
		rest /= 1024n;
		step++;
	}
	return `${rest}${binary[step]}`;
}

function formatDecimal(value: bigint, exponential: boolean): string {
	let step = 0;
	let rest = value;
	while (rest % 1000n === 0n && step < decimal.length - 1) {
		rest /= 1000n;
		step++;
	}
	if (!exponential) return `${rest}${decimal[step]}`;
	const exponent = 3 * (step - 3);
	return exponent === 0 ? String(rest) : `${rest}e${exponent}`;
}

/** The canonical text. After apimachinery/pkg/api/resource/quantity.go: CanonicalizeBytes */
export function formatQuantity(quantity: Quantity): string {
	const { value, format } = quantity;
	if (value === 0n) return '0';
	const small = value > -1024n * nano && value < 1024n * nano;
	if (format === 'BinarySI' && !small && value % nano === 0n) return formatBinary(value / nano);
	return formatDecimal(value, format === 'DecimalExponent');
}

function asQuantity(quantity: Quantity | string | number | undefined): Quantity {
	if (quantity === undefined) return { value: 0n, format: 'DecimalSI' };
	return typeof quantity === 'object' ? quantity : parseQuantity(quantity);
}

/** The quantity in its unit (cores, bytes) as a float; absent is 0. */
export function quantityToNumber(quantity: Quantity | string | number | undefined): number {
	return Number(asQuantity(quantity).value) / 1e9;
}

/** Thousandths rounded up, the unit of CPU arithmetic. After quantity.go: MilliValue */
export function milliValue(quantity: Quantity | string | number | undefined): number {
	const { value } = asQuantity(quantity);
	return Number(value < 0n ? value / 1_000_000n : roundUp(value, 1_000_000n));
}

/** Whole units rounded up. After quantity.go: Value */
export function wholeValue(quantity: Quantity | string | number | undefined): number {
	const { value } = asQuantity(quantity);
	return Number(value < 0n ? value / nano : roundUp(value, nano));
}

/** Negative, zero or positive, as a sort wants it. */
export function compare(a: Quantity | string, b: Quantity | string): number {
	const difference = asQuantity(a).value - asQuantity(b).value;
	return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function combined(a: Quantity, b: Quantity, value: bigint): Quantity {
	return { value, format: a.value === 0n ? b.format : a.format };
}

/** The sum, in the format of the first that is not zero. */
export function add(a: Quantity | string | undefined, b: Quantity | string | undefined): Quantity {
	const [left, right] = [asQuantity(a), asQuantity(b)];
	return combined(left, right, left.value + right.value);
}

/** The difference, in the format of the first that is not zero. */
export function sub(a: Quantity | string | undefined, b: Quantity | string | undefined): Quantity {
	const [left, right] = [asQuantity(a), asQuantity(b)];
	return combined(left, right, left.value - right.value);
}
