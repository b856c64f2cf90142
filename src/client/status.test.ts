import { expect, it } from 'vitest';
import * as errors from './status.ts';

const deployments = { group: 'apps', resource: 'deployments' };

it('words errors as upstream', () => {
	expect(errors.notFound(deployments, 'web').message).toBe('deployments.apps "web" not found');
	expect(errors.alreadyExists({ group: '', resource: 'pods' }, 'p').message).toBe(
		'pods "p" already exists',
	);
	expect(errors.conflict({ group: '', resource: 'pods' }, 'p').message).toBe(
		'Operation cannot be fulfilled on pods "p": the object has been modified; please apply your changes to the latest version and try again',
	);
	expect(errors.forbidden({ group: '', resource: 'pods' }, 'p', 'no').message).toBe(
		'pods "p" is forbidden: no',
	);
});
it('joins the causes of an invalid object', () => {
	const one = { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.a' };
	const two = { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.b' };
	const kind = { group: 'apps', kind: 'Deployment' };
	expect(errors.invalid(kind, 'web', [one]).message).toBe(
		'Deployment.apps "web" is invalid: spec.a: Required value',
	);
	expect(errors.invalid(kind, 'web', [one, two]).message).toBe(
		'Deployment.apps "web" is invalid: [spec.a: Required value, spec.b: Required value]',
	);
	expect(errors.invalid(kind, 'web', [one]).status.details).toEqual({
		name: 'web',
		group: 'apps',
		kind: 'Deployment',
		causes: [one],
	});
});
it('turns any error into a Status', () => {
	expect(errors.toStatus(new Error('boom'))).toMatchObject({
		code: 500,
		reason: 'InternalError',
		message: 'Internal error occurred: boom',
	});
	expect(errors.isGone(errors.expired('too old'))).toBe(true);
	expect(errors.isNotFound(new Error('x'))).toBe(false);
});
