import { isNotFound } from '../../client/status.ts';
import { own } from '../../util/own.ts';
import type { Info } from './builder.ts';
import { pathOf } from './discovery.ts';
import { CliError } from './errors.ts';
import { textAt, type Json } from './fields.ts';
import { until, WaitTimeout } from './observe.ts';
import type { Query } from './rest.ts';
import type { Session } from './session.ts';

const propagation: Record<string, string> = {
	background: 'Background',
	foreground: 'Foreground',
	orphan: 'Orphan',
};

type Place = Pick<Info, 'resource' | 'namespace' | 'name'>;

/** The value of `--cascade` as the API has it. */
export function propagationPolicy(session: Session): string {
	const asked = session.flags.text('cascade') || 'background';
	const policy = own(propagation, asked);
	if (!policy)
		throw new CliError(
			`invalid cascade value (${asked}). Must be "background", "foreground", or "orphan"`,
		);
	return policy;
}

/** Deletes one object and answers its uid. */
export async function deleteObject(
	session: Session,
	{ resource, namespace, name }: Place,
	options: { gracePeriodSeconds?: number | undefined; query?: Query },
): Promise<string> {
	const { gracePeriodSeconds, query } = options;
	const answer = await session.rest.json<Json>('DELETE', pathOf(resource, namespace, name), {
		query,
		body: {
			kind: 'DeleteOptions',
			apiVersion: 'v1',
			propagationPolicy: propagationPolicy(session),
			...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
		},
	});
	return textAt(answer, 'metadata', 'uid') || textAt(answer, 'details', 'uid');
}

/** Waits until the object with this uid is gone. */
export async function waitGone(
	session: Session,
	place: Place,
	uid: string,
	timeoutMs: number,
): Promise<void> {
	const { resource, namespace, name } = place;
	try {
		const found = await session.rest.get(pathOf(resource, namespace, name));
		if (uid !== '' && found.metadata.uid !== uid) return;
	} catch (error) {
		if (isNotFound(error)) return;
		throw error;
	}
	try {
		await until(session, place, timeoutMs, (object) => {
			const other = object !== undefined && uid !== '' && object.metadata.uid !== uid;
			return object === undefined || other ? true : undefined;
		});
	} catch (error) {
		if (error instanceof WaitTimeout)
			throw new CliError(`timed out waiting for the condition on ${resource.name}/${name}`);
		throw error;
	}
}
