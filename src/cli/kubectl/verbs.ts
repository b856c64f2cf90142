import { apiResources, apiVersions } from './api-resources.ts';
import { apply } from './apply.ts';
import { attach } from './attach.ts';
import { auth } from './auth.ts';
import { clusterInfo } from './cluster-info.ts';
import { completion } from './completion.ts';
import { config } from './config.ts';
import { cordon, uncordon } from './cordon.ts';
import { cp } from './cp.ts';
import { create } from './create.ts';
import { deleteVerb } from './delete.ts';
import { describe } from './describe.ts';
import { diff } from './diff.ts';
import { drain } from './drain.ts';
import { edit } from './edit.ts';
import { events } from './events.ts';
import { exec } from './exec.ts';
import { explain } from './explain.ts';
import { expose } from './expose.ts';
import { get } from './get.ts';
import { annotate, label } from './label.ts';
import { logs } from './logs.ts';
import { patch } from './patch.ts';
import { refusedVerbs } from './refused.ts';
import { replace } from './replace.ts';
import { rollout } from './rollout.ts';
import { run } from './run.ts';
import { scale } from './scale.ts';
import { set } from './set.ts';
import { taint } from './taint.ts';
import { top } from './top.ts';
import type { Verb } from './verb.ts';
import { version } from './version.ts';
import { wait } from './wait.ts';

/** Every command, in the order of the help. */
export const verbs: Verb[] = [
	create,
	expose,
	run,
	set,
	explain,
	get,
	edit,
	deleteVerb,
	rollout,
	scale,
	clusterInfo,
	top,
	cordon,
	uncordon,
	drain,
	taint,
	describe,
	logs,
	attach,
	exec,
	cp,
	auth,
	events,
	diff,
	apply,
	patch,
	replace,
	wait,
	label,
	annotate,
	completion,
	apiResources,
	apiVersions,
	config,
	version,
	...refusedVerbs,
];
