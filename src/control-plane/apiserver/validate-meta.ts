import type { KubeObject, ObjectMeta } from '../../api/kubernetes.ts';
import type { Cause } from '../../client/status.ts';
import {
	byteLength,
	forbiddenField,
	immutable,
	invalidValue,
	required,
	tooLong,
} from './field-error.ts';
import { equalJson } from './json-value.ts';

// After apimachinery/pkg/util/validation/validation.go and pkg/api/validation/objectmeta.go

/** Which names a kind allows. */
export type NameRule = 'subdomain' | 'label' | 'label1035' | 'path';

const label1123 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const label1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const subdomain1123 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const qualified = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const label1123Message =
	"a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const label1035Message =
	"a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const subdomainMessage =
	"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const qualifiedMessage =
	"name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const labelValueMessage =
	"a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

function within(max: number, text: string): string[] {
	return text.length > max ? [`must be no more than ${max} bytes`] : [];
}

/** What is wrong with an RFC 1123 label. */
export function dnsLabelErrors(text: string): string[] {
	return [...within(63, text), ...(label1123.test(text) ? [] : [label1123Message])];
}

function dns1035Errors(text: string): string[] {
	return [...within(63, text), ...(label1035.test(text) ? [] : [label1035Message])];
}

export function subdomainErrors(text: string): string[] {
	return [...within(253, text), ...(subdomain1123.test(text) ? [] : [subdomainMessage])];
}

function pathErrors(text: string): string[] {
	if (text === '.' || text === '..') return [`may not be '${text}'`];
	return ['/', '%'].filter((bad) => text.includes(bad)).map((bad) => `may not contain '${bad}'`);
}

const rules: Record<NameRule, (text: string) => string[]> = {
	subdomain: subdomainErrors,
	label: dnsLabelErrors,
	label1035: dns1035Errors,
	path: pathErrors,
};

/** What is wrong with a label or annotation key. */
export function qualifiedNameErrors(text: string): string[] {
	const parts = text.split('/');
	const name = parts[parts.length - 1] ?? '';
	if (parts.length > 2) {
		return [
			"a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
		];
	}
	const errors: string[] = [];
	if (parts.length === 2) {
		const prefix = parts[0] ?? '';
		if (prefix === '') errors.push('prefix part must be non-empty');
		else errors.push(...subdomainErrors(prefix).map((text) => `prefix part ${text}`));
	}
	if (name === '') return [...errors, 'name part must be non-empty', qualifiedMessage];
	errors.push(...within(63, name).map((text) => `name part ${text}`));
	if (!qualified.test(name)) errors.push(qualifiedMessage);
	return errors;
}

/** What is wrong with a label's value. */
export function labelValueErrors(text: string): string[] {
	return [...within(63, text), ...(text === '' || qualified.test(text) ? [] : [labelValueMessage])];
}

export function validateLabels(labels: Record<string, string> | undefined, field: string): Cause[] {
	return Object.entries(labels ?? {}).flatMap(([key, value]) => [
		...qualifiedNameErrors(key).map((text) => invalidValue(field, key, text)),
		...labelValueErrors(value).map((text) => invalidValue(field, value, text)),
	]);
}

const annotationLimit = 256 * 1024;

export function validateAnnotations(
	map: Record<string, string> | undefined,
	field: string,
): Cause[] {
	const causes: Cause[] = [];
	let size = 0;
	for (const [key, value] of Object.entries(map ?? {})) {
		for (const text of qualifiedNameErrors(key.toLowerCase()))
			causes.push(invalidValue(field, key, text));
		size += byteLength(key) + byteLength(value);
	}
	if (size > annotationLimit) causes.push(tooLong(field, annotationLimit));
	return causes;
}

function validateOwners(metadata: ObjectMeta): Cause[] {
	const field = 'metadata.ownerReferences';
	const owners = metadata.ownerReferences ?? [];
	const causes = owners.flatMap((owner, i) =>
		(['apiVersion', 'kind', 'name', 'uid'] as const)
			.filter((key) => !owner[key])
			.map((key) => required(`${field}[${i}].${key}`, 'must not be empty')),
	);
	const controllers = owners.filter((owner) => owner.controller);
	if (controllers.length > 1) {
		const [first, second] = controllers;
		causes.push(
			invalidValue(
				field,
				controllers.length,
				`Only one reference can have Controller set to true. Found "true" in references for ${first?.kind}/${first?.name} and ${second?.kind}/${second?.name}`,
			),
		);
	}
	return causes;
}

function validateFinalizers(metadata: ObjectMeta): Cause[] {
	const field = 'metadata.finalizers';
	return (metadata.finalizers ?? []).flatMap((name, i) => {
		const causes = qualifiedNameErrors(name).map((text) => invalidValue(field, name, text));
		if (!name.includes('/') && !standardFinalizers.has(name)) {
			causes.push(
				invalidValue(
					`${field}[${i}]`,
					name,
					'name is neither a standard finalizer name nor is it fully qualified',
				),
			);
		}
		return causes;
	});
}

const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** Metadata of a new object. */
export function validateObjectMeta(
	object: KubeObject,
	rule: NameRule,
	namespaced: boolean,
): Cause[] {
	const { metadata } = object;
	const causes: Cause[] = [];
	if (metadata.generateName) {
		const base = metadata.generateName.replace(/-$/, 'a');
		causes.push(
			...rules[rule](base).map((text) =>
				invalidValue('metadata.generateName', metadata.generateName, text),
			),
		);
	}
	if (!metadata.name) causes.push(required('metadata.name', 'name or generateName is required'));
	else
		causes.push(
			...rules[rule](metadata.name).map((text) =>
				invalidValue('metadata.name', metadata.name, text),
			),
		);
	if (!namespaced && metadata.namespace)
		causes.push(forbiddenField('metadata.namespace', 'not allowed on this type'));
	if (namespaced && !metadata.namespace) causes.push(required('metadata.namespace'));
	causes.push(
		...validateLabels(metadata.labels, 'metadata.labels'),
		...validateAnnotations(metadata.annotations, 'metadata.annotations'),
		...validateOwners(metadata),
		...validateFinalizers(metadata),
	);
	return causes;
}

/** Metadata of an update: what may never change. */
export function validateObjectMetaUpdate(object: KubeObject, old: KubeObject): Cause[] {
	const causes: Cause[] = [];
	for (const field of ['name', 'namespace', 'uid', 'creationTimestamp'] as const) {
		const value = object.metadata[field];
		if (value !== old.metadata[field]) causes.push(immutable(`metadata.${field}`, value ?? ''));
	}
	if (old.metadata.deletionTimestamp) {
		const before = new Set(old.metadata.finalizers);
		const added = (object.metadata.finalizers ?? []).filter((name) => !before.has(name));
		if (added.length > 0) {
			causes.push(
				forbiddenField(
					'metadata.finalizers',
					`no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((name) => JSON.stringify(name)).join(', ')}}`,
				),
			);
		}
	}
	return [
		...causes,
		...(equalJson(object.metadata.labels, old.metadata.labels)
			? []
			: validateLabels(object.metadata.labels, 'metadata.labels')),
		...validateAnnotations(object.metadata.annotations, 'metadata.annotations'),
		...validateOwners(object.metadata),
		...validateFinalizers(object.metadata),
	];
}
