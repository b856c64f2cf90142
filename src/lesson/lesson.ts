/** A lesson as the page and the tests use it: language-neutral structure plus one text for each language. */

import type { NamespaceKind } from '../api/agent.ts';

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
	/** With true, only objects made since the step began count. */
	fresh: boolean;
	/** Controller that owns them: `ReplicaSet` or `ReplicaSet/<beginning of its name>`. */
	owner?: string;
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
	/** Of the owner, as the node sees it. */
	uid?: number;
	/** Namespaces that must (`host`) or must not (`not-host`) be those of the node's PID 1. */
	namespaces: Partial<Record<NamespaceKind, 'host' | 'not-host'>>;
	/** Only processes count that have these namespaces in common: the largest such group. */
	shares: NamespaceKind[];
	count: Amount;
}

/** Mounts as the processes of a node see them. */
export interface MountProbe {
	probe: 'mount';
	on: string;
	/** In the mount namespace of PID 1, or in any other. */
	in?: 'host' | 'not-host';
	fstype?: string;
	target?: string;
	source?: string;
	/** Patterns over the overlay's `lowerdir` and `upperdir`. */
	lower?: string;
	upper?: string;
	/** Must all be among the mount's own or the file system's options. */
	options: string[];
	/** Every mount counts once for each mount namespace it is seen in. */
	count: Amount;
}

/** One interface file of a cgroup, or its processes. */
export interface CgroupProbe {
	probe: 'cgroup';
	on: string;
	/** Below `/sys/fs/cgroup`, as a pattern over the whole path; `/demo` is that group alone. */
	path: string;
	file?: string;
	/** The line of a flat-keyed file such as `memory.events` that begins with this word. */
	key?: string;
	/** `max` is larger than every number. With several words (`cpu.max`) the first counts. */
	value?: Amount;
	matches?: string;
	procs?: Amount;
	/** With true, the probe holds while there is no such group. */
	absent: boolean;
}

/** Where a network probe looks: the node's own namespace, any other, or one kept under `/run/netns`. */
export type NetworkPlace = string;

export interface LinkProbe {
	probe: 'link';
	on: string;
	in: NetworkPlace;
	name?: string;
	/** `veth`, `bridge`, `vxlan`, `loopback`, `ether` … */
	kind?: string;
	/** Name of the bridge it is plugged into. */
	master?: string;
	/** Where the other end of a veth pair is. */
	peer?: NetworkPlace;
	up?: boolean;
	/** Pattern over its addresses with prefix length. */
	addr?: string;
	count: Amount;
}

export interface RouteProbe {
	probe: 'route';
	on: string;
	in: NetworkPlace;
	/** `default` or a CIDR. */
	dst: string;
	via?: string;
	dev?: string;
	absent: boolean;
}

/** Rules of `iptables-save` in the node's own namespace. */
export interface RuleProbe {
	probe: 'rule';
	on: string;
	/** `nat` when left out. */
	table: string;
	chain?: string;
	/** Pattern over the rule as it stands after `-A CHAIN`. */
	matches: string;
	count: Amount;
	/** Packets that went through the matching rules. */
	packets?: Amount;
}

/** A socket that listens. */
export interface PortProbe {
	probe: 'port';
	on: string;
	in: NetworkPlace;
	port: number;
	absent: boolean;
}

/** What the container engine of a node says; `where` looks into its records (src/api/engine.ts). */
export interface EngineProbe {
	probe: 'image' | 'container' | 'volume';
	on: string;
	/** An image's tag, or the name of a container or volume. */
	name?: string;
	where: WhereClause[];
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
	/** Of the commands that fit this, only the last one counts: what was tried before it is forgiven. */
	last?: string;
	/** Exit code of the program; without it, that it was started is enough. */
	exit?: Amount;
}

export interface AnswerProbe {
	probe: 'answer';
	field: string;
	value?: string;
	matches?: string;
	/** The live fact the answer is compared with. */
	fact?: { kind: string; ns: string; name: string; path: string };
	/** Equals a line that this prints on the node. */
	sh?: { on: string; run: string };
	/** Equals the PID, as the node sees it, of one of these processes. */
	pid?: ProcProbe;
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
	| MountProbe
	| CgroupProbe
	| LinkProbe
	| RouteProbe
	| RuleProbe
	| PortProbe
	| EngineProbe
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
	/** Seconds after which "why not yet" says that this takes longer than it should. */
	timeout?: number;
	/** Its part of the score; 1 when left out. */
	weight: number;
}

/** One action of an author's proof; the same list is what "show me" offers. */
export type SolutionAction =
	/** `on` names a terminal of the lesson, or a node. Without `returns` the program keeps the terminal. */
	| { do: 'type'; text: string; on: string; returns: boolean }
	| { do: 'interrupt'; on: string }
	| { do: 'requests'; running: boolean }
	| { do: 'power'; node: string; on: boolean }
	| { do: 'quiz'; id: string }
	/** The value is written down, or is the first line that `sh` prints on the node. */
	| { do: 'answer'; field: string; value: string }
	| { do: 'answer'; field: string; sh: { on: string; run: string } }
	| { do: 'wait'; check: string };

/** What undoes a step: the actions of a solution that change machines, and the request loop. */
export type ResetAction = Extract<
	SolutionAction,
	{ do: 'type' | 'interrupt' | 'requests' | 'power' }
>;

export const pictureViews = [
	'processes',
	'namespaces',
	'cgroups',
	'layers',
	'network',
	'nodes',
	'rollout',
	'service',
	'loop',
	'charts',
	'browser',
] as const;
export type PictureView = (typeof pictureViews)[number];

export interface Step {
	id: string;
	optional: boolean;
	view?: PictureView;
	checks: Check[];
	solution: SolutionAction[];
	/** Brings the cluster back to where this step starts. */
	reset: ResetAction[];
	/** Milliseconds the proof of this step took, median of the recorded runs; for progress bars. */
	tookMs?: number;
}

export type SceneItem =
	| { do: 'put'; on: string; path: string; file: string }
	| { do: 'sh'; on: string; run: string }
	/** A manifest of the lesson's files, sent to the API. */
	| { do: 'apply'; file: string };

export type LayoutPreset = 'split' | 'text' | 'terminal' | 'picture' | 'slide';

/** What is started on the machines: nothing of ours, the container engine, or all of Kubernetes. */
export type Runs = 'linux' | 'docker' | 'kubernetes';

/** A value that differs from learner to learner; `%{name}` stands for it in `lesson.yaml` and in code. */
export type LessonVar = { value: string } | { pick: string[] } | { from: number; to: number };

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
	cluster: { nodes: number; runs: Runs };
	terminals: { name: string; on: string }[];
	layout: { preset: LayoutPreset; view: PictureView };
	scene: SceneItem[];
	vars: Record<string, LessonVar>;
	cheats: string[];
	steps: Step[];
	/** Points of 100 that are lost for a hint, and for a step that was solved for the learner. */
	score: { hint: number; solved: number };
}

export type CodeAction =
	{ kind: 'exec'; on?: string } | { kind: 'interrupt'; on?: string } | { kind: 'copy' };

export type Inline =
	| { type: 'text'; text: string }
	| { type: 'strong'; children: Inline[] }
	| { type: 'emphasis'; children: Inline[] }
	| { type: 'code'; text: string; action?: CodeAction }
	| { type: 'link'; href: string; children: Inline[] }
	/** `label` is what stands in the text; the term itself when left out. */
	| { type: 'term'; term: string; label?: string }
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
	/** What will happen? Said before it is tried, compared once the check `after` is done; worth no points. */
	| {
			type: 'predict';
			id: string;
			after: string;
			question: Block[];
			options: QuizOption[];
			feedback: Block[];
	  }
	| { type: 'answer'; field: string; label: Inline[] };

export interface StepText {
	id: string;
	title: string;
	blocks: Block[];
	/** Texts of dynamic hints by id; not drawn in place. */
	says: Record<string, Block[]>;
	/** For whoever shows the step to others; not drawn in place. */
	notes: Block[];
}

/** `zh-CN.md` or `en.md`. */
export interface LessonText {
	title: string;
	/** What stands before the first step. */
	intro: Block[];
	steps: StepText[];
	/** Said when the last step is done: what one can do now. */
	finish: Block[];
}

export interface Lesson extends LessonStructure {
	text: Record<Locale, LessonText>;
	/** Contents of the lesson's `files/` folder, by path below it. */
	files: Record<string, string>;
}

/** What is known of a lesson without loading it: the course map, the palette, links. */
export interface LessonSummary extends Pick<
	LessonStructure,
	'id' | 'aliases' | 'version' | 'level' | 'minutes' | 'needs' | 'tags' | 'real'
> {
	nodes: number;
	runs: Runs;
	title: Record<Locale, string>;
	/** The first paragraph of the introduction. */
	about: Record<Locale, string>;
	steps: { id: string; optional: boolean; title: Record<Locale, string> }[];
}

/** One step in one language, as the palette searches it. */
export interface SearchText {
	locale: Locale;
	lesson: string;
	step: string;
	title: string;
	lessonTitle: string;
	words: string;
}

export interface GlossaryEntry {
	term: string;
	name: Record<Locale, string>;
	definition: Record<Locale, string>;
	/** Words that lessons do not use for it. */
	avoid?: Partial<Record<Locale, string[]>>;
}

/** A lesson that is planned: the map shows it without a link. */
export interface ComingLesson {
	id: string;
	title: Record<Locale, string>;
}

export interface CoursePart {
	id: string;
	title: Record<Locale, string>;
	/** What it is about, in one sentence. */
	about: Record<Locale, string>;
	/** In order; written lessons by id, planned ones with their title. */
	lessons: (string | ComingLesson)[];
}

export interface Course {
	title: Record<Locale, string>;
	licence: string;
	parts: CoursePart[];
}
