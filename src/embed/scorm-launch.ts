import { embedAddress, type LessonOptions } from './address.ts';
import { LessonFrame, type EventOf } from './lesson-frame.ts';
import { ScormApi, sessionTime } from './scorm-api.ts';

/** What a package's `launch.html` carries: where the site lies, and the lesson. */
interface Launch {
	base: string;
	options: LessonOptions;
}

const suspendElement = 'cmi.suspend_data';
/** SCORM 1.2 promises 4096 characters. */
const mostSuspended = 4096;

/** Writes what the lesson says in the platform's words. */
class Recorder {
	readonly #api: ScormApi;
	readonly #began = performance.now();

	constructor(api: ScormApi) {
		this.#api = api;
	}
	begin(): string {
		const isOld = this.#api.version === '1.2';
		const status = isOld ? 'cmi.core.lesson_status' : 'cmi.completion_status';
		if (!['passed', 'completed'].includes(this.#api.get(status)))
			this.#api.set(status, 'incomplete');
		return this.#api.get(suspendElement);
	}
	suspend(blob: string): void {
		if (blob.length > mostSuspended) return;
		this.#api.set(suspendElement, blob);
		this.#api.commit();
	}
	progress({ done, total }: EventOf<'progress'>): void {
		if (this.#api.version === '2004' && total > 0)
			this.#api.set('cmi.progress_measure', (done / total).toFixed(4));
	}
	complete({ score }: EventOf<'lesson-complete'>): void {
		const api = this.#api;
		const prefix = api.version === '1.2' ? 'cmi.core.score' : 'cmi.score';
		api.set(`${prefix}.min`, 0);
		api.set(`${prefix}.max`, score.max);
		api.set(`${prefix}.raw`, score.raw);
		if (api.version === '1.2') api.set('cmi.core.lesson_status', 'completed');
		else {
			api.set('cmi.score.scaled', score.scaled.toFixed(4));
			api.set('cmi.completion_status', 'completed');
			api.set('cmi.success_status', 'passed');
		}
		api.commit();
	}
	end(): void {
		const prefix = this.#api.version === '1.2' ? 'cmi.core' : 'cmi';
		const seconds = (performance.now() - this.#began) / 1000;
		this.#api.set(`${prefix}.session_time`, sessionTime(this.#api.version, seconds));
		this.#api.set(`${prefix}.exit`, 'suspend');
		this.#api.finish();
	}
}

/** A platform that is not there records nothing; the lesson works all the same. */
function record(frame: LessonFrame): void {
	const api = ScormApi.find(window);
	if (!api?.start()) return;
	const recorder = new Recorder(api);
	const suspended = recorder.begin();
	if (suspended !== '') void frame.call('restore', suspended).catch(() => undefined);
	frame.on('state', ({ blob }) => recorder.suspend(blob));
	frame.on('progress', (event) => recorder.progress(event));
	frame.on('lesson-complete', (event) => recorder.complete(event));
	addEventListener('pagehide', () => recorder.end());
}

function launch({ base, options }: Launch): void {
	const iframe = document.createElement('iframe');
	iframe.title = document.title;
	iframe.allow = 'clipboard-read; clipboard-write; fullscreen';
	iframe.allowFullscreen = true;
	iframe.style.cssText = 'position:fixed;inset:0;width:100%;height:100%;border:0';
	iframe.src = embedAddress(new URL(base, document.baseURI), options);
	record(new LessonFrame(iframe));
	document.body.append(iframe);
}

const data = document.querySelector('script[type="application/json"]')?.textContent;
if (data) launch(JSON.parse(data) as Launch);
