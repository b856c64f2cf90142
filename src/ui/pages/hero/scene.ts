import type { ProcessFact } from '../../../api/agent.ts';
import type { NodeFacts } from '../../../api/node.ts';

/** A command of a recorded scene, what it printed, and the machine's processes after it. */
export interface Moment {
	typed: string;
	printed: string;
	processes: ProcessFact[];
}

/** What a real machine did once; made by scripts/record-scene.ts. */
export interface Recording {
	node: string;
	/** Of the machine's shell. */
	prompt: string;
	memory: NodeFacts['memory'];
	moments: Moment[];
}

/** How far a scene is: its moment, and how many characters of that one's command are typed. */
export interface Played {
	moment: number;
	typed: number;
}

/** All of it takes less than five seconds: what moves longer would need a way to stop it. */
const letterMs = 20;
const restMs = 700;

/** Plays a scene once, from its beginning; `told` hears of every change. Answers how to stop. */
export function play(moments: readonly Moment[], told: (played: Played) => void): () => void {
	let played: Played = { moment: 0, typed: 0 };
	let timer: ReturnType<typeof setTimeout> | undefined;
	const step = () => {
		told(played);
		const { typed = '' } = moments[played.moment] ?? {};
		const isDone = played.typed >= typed.length;
		if (isDone && played.moment === moments.length - 1) return;
		played = isDone
			? { moment: played.moment + 1, typed: 1 }
			: { ...played, typed: played.typed + 1 };
		timer = setTimeout(step, isDone ? restMs : letterMs);
	};
	step();
	return () => clearTimeout(timer);
}
