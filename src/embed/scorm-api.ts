/** The two run-time interfaces of SCORM, each by the names of its functions and of its data model. */

type ScormVersion = '1.2' | '2004';
type RawApi = Record<string, ((...args: string[]) => string) | undefined>;

const names = {
	'1.2': {
		object: 'API',
		start: 'LMSInitialize',
		get: 'LMSGetValue',
		set: 'LMSSetValue',
		commit: 'LMSCommit',
		finish: 'LMSFinish',
	},
	'2004': {
		object: 'API_1484_11',
		start: 'Initialize',
		get: 'GetValue',
		set: 'SetValue',
		commit: 'Commit',
		finish: 'Terminate',
	},
} as const;
const mostParents = 20;

/** A window of another origin throws when it is looked into: there is no interface there. */
function objectOf(place: Window, name: string): RawApi | undefined {
	try {
		return (place as unknown as Record<string, RawApi | undefined>)[name];
	} catch {
		return undefined;
	}
}

/** Looks up the chain of parents, as "Run-Time Environment" 3.3.1 of SCORM 2004 describes it. */
function upwards(from: Window, name: string): RawApi | undefined {
	let place = from;
	for (let steps = 0; steps < mostParents; steps++) {
		const found = objectOf(place, name);
		if (found || place.parent === place) return found;
		place = place.parent;
	}
	return undefined;
}

/** `PT1H2M3S`, or `0001:02:03` in SCORM 1.2. */
export function sessionTime(version: ScormVersion, seconds: number): string {
	const whole = Math.max(0, Math.round(seconds));
	const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
	if (version === '2004') return `PT${h}H${m}M${s}S`;
	const two = (value: number) => String(value).padStart(2, '0');
	return `${String(Math.min(h, 9999)).padStart(4, '0')}:${two(m)}:${two(s)}`;
}

/** The learning platform that started this page. */
export class ScormApi {
	readonly version: ScormVersion;
	readonly #api: RawApi;
	#ended = false;

	private constructor(version: ScormVersion, api: RawApi) {
		this.version = version;
		this.#api = api;
	}
	/** Undefined where no learning platform is around, as when the file is opened by itself. */
	static find(window: Window): ScormApi | undefined {
		const opener = window.opener as Window | null;
		for (const version of ['2004', '1.2'] as const)
			for (const place of [window, ...(opener ? [opener] : [])]) {
				const api = upwards(place, names[version].object);
				if (api) return new ScormApi(version, api);
			}
		return undefined;
	}
	start(): boolean {
		return this.#call('start', '') === 'true';
	}
	get(element: string): string {
		return this.#call('get', element);
	}
	/** Answers false when the platform does not take the value. */
	set(element: string, value: string | number): boolean {
		return this.#ended || this.#call('set', element, String(value)) !== 'false';
	}
	/** Answers false when the platform does not keep what was set. */
	commit(): boolean {
		return this.#ended || this.#call('commit', '') !== 'false';
	}
	finish(): void {
		if (this.#ended) return;
		this.#call('commit', '');
		this.#call('finish', '');
		this.#ended = true;
	}
	#call(what: 'start' | 'get' | 'set' | 'commit' | 'finish', ...args: string[]): string {
		return String(this.#api[names[this.version][what]]?.(...args) ?? '');
	}
}
