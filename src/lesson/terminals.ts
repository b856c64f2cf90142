import { slots } from '../cluster/topology.ts';
import type { LessonStructure } from './lesson.ts';

/** The names of a lesson's machines, in the order of the rack. */
export function nodeNames({ nodes, runs }: LessonStructure['cluster']): string[] {
	return slots(nodes, runs).map((slot) => slot.name);
}

/** The machine a terminal is on; a name that is no terminal's is a machine's own. */
export function terminalNode(lesson: Pick<LessonStructure, 'terminals'>, name: string): string {
	return lesson.terminals.find((terminal) => terminal.name === name)?.on ?? name;
}
