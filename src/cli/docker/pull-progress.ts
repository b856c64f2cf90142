import type { CommandIo } from '../../api/command.ts';
import type { PullProgress } from '../../api/engine.ts';
import { humanSize } from './human.ts';

const width = 50;

/** Shows a pull: one line a layer that is written over on a terminal, one line a step elsewhere. */
export class PullDisplay {
	readonly #write: (text: string) => Promise<void>;
	readonly #isTty: boolean;
	readonly #layers: string[] = [];
	readonly #shown = new Map<string, string>();
	#last = Promise.resolve();

	constructor(io: CommandIo, stream: 'out' | 'err') {
		this.#isTty = stream === 'out' ? io.isTty.stdout : io.isTty.stderr;
		this.#write = (text) => (stream === 'out' ? io.out(text) : io.err(text));
	}
	report(progress: PullProgress): void {
		if (!('layer' in progress)) return;
		const { layer } = progress;
		const text = this.#isTty ? withBar(progress) : stepName(progress);
		if (text === undefined || this.#shown.get(layer) === text) return;
		this.#shown.set(layer, text);
		this.#put(layer, text);
	}
	#put(layer: string, text: string): void {
		const line = `${layer}: ${text}`;
		if (!this.#isTty) return this.#send(`${line}\n`);
		const at = this.#layers.indexOf(layer);
		if (at < 0) {
			this.#layers.push(layer);
			return this.#send(`${line}\n`);
		}
		const up = this.#layers.length - at;
		this.#send(`\x1b[${up}A\x1b[2K\r${line}\r\x1b[${up}B`);
	}
	#send(text: string): void {
		this.#last = this.#last.then(() => this.#write(text)).catch(() => undefined);
	}
	/** Settles when everything reported was written. */
	finish(): Promise<void> {
		return this.#last;
	}
}

type LayerProgress = Extract<PullProgress, { layer: string }>;

function stepName({ phase, done, total }: LayerProgress): string | undefined {
	if (phase === 'waiting') return 'Pulling fs layer';
	if (phase === 'exists') return 'Already exists';
	if (phase === 'verifying') return 'Verifying Checksum';
	if (phase === 'extracting') return done === 0 ? 'Download complete' : undefined;
	if (phase === 'complete') return total >= 0 ? 'Pull complete' : undefined;
	return undefined;
}

function withBar(progress: LayerProgress): string | undefined {
	const { phase, done, total } = progress;
	if (phase === 'downloading') return `Downloading  ${bar(done, total)}`;
	if (phase === 'extracting') return `Extracting  ${bar(done, total)}`;
	return stepName(progress);
}

function bar(done: number, total: number): string {
	const share = total > 0 ? Math.min(1, done / total) : 1;
	const filled = Math.floor(share * width);
	const line = `${'='.repeat(Math.max(0, filled - 1))}>`.padEnd(width);
	return `[${line}]  ${humanSize(done, 4)}/${humanSize(total, 4)}`;
}
