import type { HttpResponse } from '../../api/transport.ts';

// After apiserver/pkg/server/healthz/healthz.go

/** A named thing that has to work; throws when it does not. */
export interface HealthCheck {
	name: string;
	check: () => void;
}

/** The answer to /healthz, /livez or /readyz, or to one check below it; `undefined` for other paths. */
export function answerHealth(
	path: string,
	query: URLSearchParams,
	checks: HealthCheck[],
): HttpResponse | undefined {
	const [, name = '', check] = /^\/(healthz|livez|readyz)(?:\/(.+))?$/.exec(path) ?? [];
	if (name === '') return undefined;
	if (check === undefined) return allChecks(name, query, checks);
	const found = checks.find((known) => known.name === check);
	return found && oneCheck(found);
}

function oneCheck({ check }: HealthCheck): HttpResponse {
	try {
		check();
		return text(200, 'ok');
	} catch (error) {
		return text(500, `internal server error: ${error instanceof Error ? error.message : ''}\n`);
	}
}

function allChecks(name: string, query: URLSearchParams, checks: HealthCheck[]): HttpResponse {
	const excluded = new Set(query.getAll('exclude').filter((value) => value !== ''));
	let report = '';
	let failed = false;
	for (const { name: own, check } of checks) {
		if (excluded.delete(own)) {
			report += `[+]${own} excluded: ok\n`;
			continue;
		}
		try {
			check();
			report += `[+]${own} ok\n`;
		} catch {
			failed = true;
			report += `[-]${own} failed: reason withheld\n`;
		}
	}
	if (excluded.size > 0) {
		const names = [...excluded].map((value) => JSON.stringify(value)).join(', ');
		report += `warn: some health checks cannot be excluded: no matches for ${names}\n`;
	}
	if (failed) return text(500, `${report}${name} check failed\n`);
	return text(200, query.has('verbose') ? `${report}${name} check passed\n` : 'ok');
}

function text(status: number, body: string): HttpResponse {
	const headers = {
		'content-type': 'text/plain; charset=utf-8',
		'x-content-type-options': 'nosniff',
	};
	return { status, headers, body };
}
