import { inspect } from 'node:util';
import { hostileHost } from './embed-frame.ts';
import { CoursePage } from './embed-host.ts';
import type { Random } from './random.ts';
import type { Target } from './soak.ts';
import { strays } from './strays.ts';

/** Both ends of the conversation between a lesson in a frame and the page around it; the other end is never ours. */
export class EmbedTarget implements Target {
	readonly #strays = strays();
	#page: CoursePage | undefined;
	#last: unknown[] = [];

	async step(random: Random): Promise<void> {
		if (!this.#page) {
			this.#page = new CoursePage();
			await this.#page.open();
		}
		this.#last = [];
		const note = (what: unknown) => void this.#last.push(what);
		if (random.chance(0.5)) await hostileHost(random, note);
		else await this.#page.hostileFrame(random, note);
		this.#isWhole();
	}
	describe(): string {
		return inspect(this.#last, { depth: 3, maxStringLength: 80, maxArrayLength: 20 }).slice(
			0,
			2500,
		);
	}
	async check(): Promise<void> {
		await new Promise((resolve) => setTimeout(resolve, 10));
		try {
			this.#isWhole();
		} finally {
			this.#strays.stop();
			await this.#page?.close();
		}
	}
	#isWhole(): void {
		const stray = this.#strays.take();
		if (stray) throw new Error(stray);
		if (Object.keys(Object.prototype).length > 0) throw new Error('Object.prototype was changed');
	}
}
