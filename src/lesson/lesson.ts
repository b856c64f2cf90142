/** A lesson as the page and the tests use it: language-neutral structure plus one text for each language. */

export type Locale = 'zh-CN' | 'en';
export const locales: readonly Locale[] = ['zh-CN', 'en'];

export type Scalar = string | number | boolean;

/** Bounds on a number; all that are given must hold. */
export interface Amount {
	eq?: number;
	gte?: number;
	lte?: number;
}

export interface WhereClause {
	/** `status.readyReplicas`, `spec.template.spec.containers[0].image`, `status.conditions[type=Ready].status` */
	path: string;
	op: 'eq' | 'ne' | 'gte' | 'lte' | 'contains' | 'matches' | 'exists' | 'absent';
	value?: Scalar;
}

export interface ObjectProbe {
	probe: 'object';
	kind: string;
	name: string;
	ns: string;
	where: WhereClause[];
	/** With true, the probe holds while no such object exists. */
	absent: boolean;
}

export interface ObjectsProbe {
	probe: 'objects';
	kind: string;
	ns: string;
	/** Label selector in kubectl's syntax. */
	labels: string;
	where: WhereClause[];
	count: Amount;
	/** Number of distinct nodes that hold them. */
	nodes?: Amount;
}

export interface EventProbe {
	probe: 'event';
	reason: string;
	kind?: string;
	/** Beginning of the involved object's name. */
	name?: string;
	message?: string;
}

export interface HttpProbe {
	probe: 'http';
	from: string;
	url?: string;
	/** Instead of `url`: the ClusterIP and first port of this Service in `default`. */
	service?: string;
	path: string;
	status?: number;
	body?: string;
	tries: number;
	/** Number of different bodies among the answers. */
	distinct?: Amount;
	/** How many of the tries may fail; 0 when left out. */
	failed?: Amount;
}

/** Looks at the requests of the page's request loop since the step began. */
export interface RequestsProbe {
	probe: 'requests';
	service?: string;
	count?: Amount;
	failed?: Amount;
	hosts?: Amount;
	/** Versions that must have answered. */
	versions: string[];
}

/** Watches the ready endpoints of a Service from the moment the step begins; one breach is enough. */
export interface InvariantProbe {
	probe: 'invariant';
	service: string;
	ready: Amount;
}

export interface ProcProbe {
	probe: 'proc';
	on: string;
	comm?: string;
	args?: string;
	cgroup?: string;
	state?: string;
	/** The innermost PID. */
	nspid?: number;
	/** Namespaces that must (`host`) or must not (`not-host`) be those of the node's PID 1. */
	namespaces: Partial<Record<string, 'host' | 'not-host'>>;
	count: Amount;
}

export interface FileProbe {
	probe: 'file';
	on: string;
	path: string;
	absent: boolean;
	contains?: string;
	matches?: string;
}

export interface ShProbe {
	probe: 'sh';
	on: string;
	run: string;
	matches?: string;
}

export interface CommandProbe {
	probe: 'command';
	on?: string;
	matches: string;
}

export interface AnswerProbe {
	probe: 'answer';
	field: string;
	value?: string;
	matches?: string;
	/** The live fact the answer is compared with. */
	fact?: { kind: string; ns: string; name: string; path: string };
}

interface QuizProbe {
	probe: 'quiz';
	id: string;
}

interface GroupProbe {
	probe: 'all' | 'any';
	of: Probe[];
}

interface NotProbe {
	probe: 'not';
	of: Probe;
}

export type Probe =
	| ObjectProbe
	| ObjectsProbe
	| EventProbe
	| HttpProbe
	| RequestsProbe
	| InvariantProbe
	| ProcProbe
	| FileProbe
	| ShProbe
	| CommandProbe
	| AnswerProbe
	| QuizProbe
	| GroupProbe
	| NotProbe;

export interface Check {
	id: string;
	probe: Probe;
	/** `edge`: once is enough. `level`: must be true when the step is finished. */
	mode: 'edge' | 'level';
	/** Checks of the same step that come first. */
	needs: string[];
	/** Seconds it must stay true. */
	hold: number;
	/** Must have been true first, so that "X is gone" cannot pass at once. */
	baseline?: Probe;
	/** Hints while it fails; the first whose probe holds is said. */
	explain: { if: Probe; say: string }[];
}

/** One action of an author's proof; the same list is what "show me" offers. */
export type SolutionAction =
	| { do: 'type'; text: string; on: string }
	| { do: 'requests'; running: boolean }
	| { do: 'quiz'; id: string }
	| { do: 'answer'; field: string; value: string }
	| { do: 'wait'; check: string };

export type PictureView = 'nodes' | 'rollout' | 'table';

export interface Step {
	id: string;
	optional: boolean;
	view?: PictureView;
	checks: Check[];
	solution: SolutionAction[];
	/** Commands that bring the cluster back to where this step starts. */
	reset: { text: string; on: string }[];
}

export type SceneItem =
	{ do: 'put'; on: string; path: string; file: string } | { do: 'sh'; on: string; run: string };

export type LayoutPreset = 'split' | 'text' | 'terminal' | 'picture';

/** `lesson.yaml`. */
export interface LessonStructure {
	format: 1;
	id: string;
	aliases: string[];
	version: number;
	level: 'basic' | 'intermediate' | 'advanced';
	minutes: number;
	needs: string[];
	tags: string[];
	source: { seed: string; part: string }[];
	real: Record<'linux' | 'docker' | 'kubernetes', 'real' | 'modelled' | 'none'>;
	cluster: { nodes: number };
	terminals: { name: string; on: string }[];
	layout: { preset: LayoutPreset; view: PictureView };
	scene: SceneItem[];
	cheats: string[];
	steps: Step[];
}

export type CodeAction =
	{ kind: 'exec'; on?: string } | { kind: 'interrupt'; on?: string } | { kind: 'copy' };

export type Inline =
	| { type: 'text'; text: string }
	| { type: 'strong'; children: Inline[] }
	| { type: 'emphasis'; children: Inline[] }
	| { type: 'code'; text: string; action?: CodeAction }
	| { type: 'link'; href: string; children: Inline[] }
	| { type: 'term'; term: string }
	| { type: 'break' };

export interface QuizOption {
	correct: boolean;
	children: Inline[];
}

export type Block =
	| { type: 'heading'; depth: number; children: Inline[] }
	| { type: 'paragraph'; children: Inline[] }
	| { type: 'list'; ordered: boolean; start: number; items: Block[][] }
	| { type: 'code'; lang: string; text: string; action?: CodeAction }
	| { type: 'table'; head: Inline[][]; rows: Inline[][][] }
	| { type: 'quote'; children: Block[] }
	| { type: 'rule' }
	| { type: 'task'; check: string; active: Block[]; done: Block[] }
	| { type: 'hint'; children: Block[] }
	| { type: 'note'; title: string; children: Block[] }
	| { type: 'real'; children: Block[] }
	| { type: 'quiz'; id: string; question: Block[]; options: QuizOption[]; feedback: Block[] }
	| { type: 'answer'; field: string; label: Inline[] };

export interface StepText {
	id: string;
	title: string;
	blocks: Block[];
	/** Texts of dynamic hints by id; not drawn in place. */
	says: Record<string, Block[]>;
}

/** `zh-CN.md` or `en.md`. */
export interface LessonText {
	title: string;
	/** What stands before the first step. */
	intro: Block[];
	steps: StepText[];
}

export interface Lesson extends LessonStructure {
	text: Record<Locale, LessonText>;
	/** Contents of the lesson's `files/` folder, by path below it. */
	files: Record<string, string>;
}

export interface GlossaryEntry {
	term: string;
	name: Record<Locale, string>;
	definition: Record<Locale, string>;
}

interface CoursePart {
	id: string;
	title: Record<Locale, string>;
	/** Lesson ids in order. */
	lessons: string[];
}

export interface Course {
	title: Record<Locale, string>;
	licence: string;
	parts: CoursePart[];
}
