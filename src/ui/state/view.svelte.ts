import type { EditTarget } from '../editor/target.ts';
import type { LayoutPreset, PictureView } from '../../lesson/lesson.ts';

export type NarrowPane = 'lesson' | 'cluster' | 'terminal';

/** What is in view where: layout, picture, the card that is open. */
export class View {
	width = $state(1440);
	height = $state(900);
	preset = $state<LayoutPreset>('split');
	/** The pane on a phone; between 700 and 1100 px the right one of the two columns. */
	pane = $state<NarrowPane>('lesson');
	picture = $state<PictureView>('nodes');
	/** The picture's data as rows instead. */
	table = $state(false);
	/** What the open card is about: an object's uid, or `node/<name>`. */
	selected = $state<string | undefined>();
	/** The pod (uid) whose X-ray is open. */
	xray = $state<string | undefined>();
	/** The command (its number) whose "What did that do?" is open. */
	whatDid = $state<number | undefined>();
	readonly size: 'narrow' | 'middle' | 'wide' = $derived(
		this.width < 700 ? 'narrow' : this.width < 1100 ? 'middle' : 'wide',
	);
	/** Two columns, and room for the picture and the terminal below each other in the right one. */
	readonly stacks: boolean = $derived(this.size === 'middle' && this.height >= 1000);
	/** What the YAML editor shows in place of the terminals; undefined while it is closed. */
	editing = $state.raw<EditTarget | undefined>();

	/** What was written and not saved, by what it belongs to: the editor comes and goes with the layout. */
	readonly drafts: Record<string, string> = {};
	/** It stands in front of the terminals; otherwise beside them. */
	editorCovers = $state(true);

	edit(target: EditTarget): void {
		this.editing = target;
		this.#revealLower();
	}
	/** A terminal has to be seen to be typed in. */
	revealTerminal(): void {
		if (this.editorCovers) this.editing = undefined;
		this.#revealLower();
	}
	#revealLower(): void {
		if (this.size !== 'wide') this.pane = 'terminal';
		else if (this.preset === 'text' || this.preset === 'picture') this.preset = 'split';
	}
}
