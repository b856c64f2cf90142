import { ApiTarget } from './api.ts';
import { EmbedTarget } from './embed.ts';
import { EngineTarget } from './engine.ts';
import { FramesTarget } from './frames.ts';
import { HttpTarget } from './http.ts';
import { LessonsTarget } from './lessons.ts';
import { report, soak, type SoakOptions, type Target } from './soak.ts';
import { UpgradesTarget } from './upgrades.ts';
import { watchdog } from './watchdog.ts';

/** What can be soaked, by the name it is asked for. */
const targets: Record<string, () => Target> = {
	api: () => new ApiTarget(),
	embed: () => new EmbedTarget(),
	engine: () => new EngineTarget(),
	frames: () => new FramesTarget(),
	http: () => new HttpTarget(option('cluster')),
	lessons: () => new LessonsTarget(),
	upgrades: () => new UpgradesTarget(),
};

const args = process.argv.slice(2);

function option(name: string): number | undefined {
	const at = args.indexOf(`--${name}`);
	return at < 0 ? undefined : Number(args[at + 1]);
}

const seconds = option('seconds');
const options: SoakOptions = {
	seed: option('seed') ?? Date.now() % 2 ** 31,
	count: option('count') ?? 20_000,
	...(seconds === undefined ? {} : { seconds }),
};
const wanted = args.filter((arg) => Object.hasOwn(targets, arg));
let failed = false;
for (const name of wanted.length > 0 ? wanted : Object.keys(targets)) {
	const target = targets[name]?.();
	if (!target) continue;
	const dog = watchdog(`${name}, seed ${options.seed}`);
	const outcome = await soak(target, { ...options, progress: dog.progress });
	await dog.stop();
	console.log(report(name, options, outcome));
	failed ||= outcome.failures.length > 0;
}
process.exit(failed ? 1 : 0);
