import { embedAddress, type LessonOptions } from './address.ts';
import { LessonFrame, type EventOf } from './lesson-frame.ts';
import { ScormApi, sessionTime } from './scorm-api.ts';

/** What a package's `launch.html` carries: where the site lies, and the lesson. */
interface Launch {
	base: string;
	options: LessonOptions;
}

const suspendElement = 'cmi.suspend_data';

/** Said above the lesson, since otherwise nobody would know before they come back. */
const notKept = {
	en: 'The learning platform does not keep where you are in this lesson. Do not close it before you are done.',
	'zh-CN': '学习平台没有保存你做到了哪里。做完之前请不要关闭这一课。',
};

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
	/** Answers whether the platform keeps it. A frame's state has at most the 4096 characters that SCORM 1.2 promises. */
	suspend(blob: string): boolean {
		return this.#api.set(suspendElement, blob) && this.#api.commit();
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

/** A line above the lesson; nothing while there is no text in it. */
function noteAbove(): HTMLElement {
	const note = document.createElement('p');
	note.role = 'alert';
	note.style.cssText = 'margin:0;padding:0 12px;font:14px/1.5 system-ui,sans-serif';
	return note;
}

/** A platform that is not there records nothing; the lesson works all the same. */
function record(frame: LessonFrame, note: HTMLElement): void {
	const api = ScormApi.find(window);
	if (!api?.start()) return;
	const recorder = new Recorder(api);
	const suspended = recorder.begin();
	if (suspended !== '') void frame.call('restore', suspended).catch(() => undefined);
	const words = notKept[document.documentElement.lang === 'en' ? 'en' : 'zh-CN'];
	const tell = (isKept: boolean) => (note.textContent = isKept ? '' : words);
	frame.on('state', ({ blob }) => tell(recorder.suspend(blob)));
	frame.on('error', ({ code }) => {
		if (code === 'state-too-long') tell(false);
	});
	frame.on('progress', (event) => recorder.progress(event));
	frame.on('lesson-complete', (event) => recorder.complete(event));
	addEventListener('pagehide', () => recorder.end());
}

function launch({ base, options }: Launch): void {
	const iframe = document.createElement('iframe');
	iframe.title = document.title;
	iframe.allow = 'clipboard-read; clipboard-write; fullscreen';
	iframe.allowFullscreen = true;
	iframe.style.cssText = 'flex:1;width:100%;min-height:0;border:0';
	iframe.src = embedAddress(new URL(base, document.baseURI), options);
	const note = noteAbove();
	record(new LessonFrame(iframe), note);
	document.body.style.cssText = 'display:flex;flex-direction:column;height:100vh;margin:0';
	document.body.append(note, iframe);
}

const data = document.querySelector('script[type="application/json"]')?.textContent;
if (data) launch(JSON.parse(data) as Launch);
