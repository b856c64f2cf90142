import { isGone, StatusError } from '../../client/status.ts';
import { pathOf, type ApiResource } from './discovery.ts';
import type { Manifest } from './fields.ts';
import type { Session } from './session.ts';

/** What a wait did not see in time. */
export class WaitTimeout extends Error {
	override readonly name = 'WaitTimeout';
}

interface ObjectPlace {
	resource: ApiResource;
	namespace: string | undefined;
	name: string;
}

/** The states of one object: as it is, then after every change; undefined while it does not exist. */
async function* states(
	session: Session,
	place: ObjectPlace,
	signal: AbortSignal,
): AsyncGenerator<Manifest | undefined> {
	const path = pathOf(place.resource, place.namespace);
	const fieldSelector = `metadata.name=${place.name}`;
	for (;;) {
		const list = await session.rest.get<{
			apiVersion: string;
			metadata: { resourceVersion: string };
			items: Manifest[] | null;
		}>(path, { fieldSelector });
		const type = { apiVersion: list.apiVersion, kind: place.resource.kind };
		const [found] = list.items ?? [];
		yield found && { ...found, ...type };
		const query = { fieldSelector, resourceVersion: list.metadata.resourceVersion };
		try {
			for await (const event of session.rest.watch(path, query, undefined, signal)) {
				if (event.type === 'DELETED') yield undefined;
				else if (event.type !== 'BOOKMARK') yield event.object;
			}
		} catch (error) {
			if (!isGone(error)) throw error;
		}
	}
}

/**
 * Follows an object until `check` answers something other than undefined. A time of 0 waits for ever.
 * Throws {@link WaitTimeout} when the time is over.
 */
export async function until<T>(
	session: Session,
	place: ObjectPlace,
	timeoutMs: number,
	check: (object: Manifest | undefined) => T | undefined | Promise<T | undefined>,
): Promise<T> {
	const stop = new AbortController();
	const follow = async (): Promise<T> => {
		for await (const object of states(session, place, stop.signal)) {
			const answer = await check(object);
			if (answer !== undefined) return answer;
		}
		throw new StatusError({
			kind: 'Status',
			apiVersion: 'v1',
			metadata: {},
			status: 'Failure',
			message: 'the watch ended',
		});
	};
	try {
		if (timeoutMs <= 0) return await follow();
		const late = session.services.clock.sleep(timeoutMs, stop.signal).then(() => {
			throw new WaitTimeout('timed out waiting for the condition');
		});
		late.catch(() => undefined);
		const following = follow();
		following.catch(() => undefined);
		return await Promise.race([following, late]);
	} finally {
		stop.abort();
	}
}
