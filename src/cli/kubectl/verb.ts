import type { Flag } from '../flags.ts';
import type { Session } from './session.ts';

/** What completes the positional arguments of a verb. */
export type Completion = 'resources' | 'type' | 'pods' | 'nodes' | 'contexts' | 'none';

/** One command of kubectl; a command with `verbs` only groups others. */
export interface Verb {
	name: string;
	aliases?: string[];
	/** What follows the command's words in the usage line. */
	usage: string;
	short: string;
	examples?: string[];
	flags?: Flag[];
	verbs?: Verb[];
	/** The heading under which the help of kubectl itself lists it. */
	group?: string;
	complete?: Completion;
	hidden?: boolean;
	/** Whether every flag is accepted, because none is looked at. */
	anyFlags?: boolean;
	/** Answers the exit code; nothing means 0. */
	run?(session: Session): Promise<number | void>;
}
