import { applyFigures } from './apply.ts';
import { byHandFigures } from './by-hand.ts';
import { containerFigures } from './containers.ts';
import { holds, print, type Figure } from './figure.ts';
import { idleFigures } from './idle.ts';
import { inspectFigures } from './inspect.ts';
import { nodeReadyFigures } from './node-ready.ts';
import { lessonFigures } from './lesson.ts';
import { pageFigures } from './page.ts';
import { shellPageFigures } from './shell.ts';
import { pictureFigures } from './pictures.ts';
import { Rack } from '../harness/rack.ts';

const parts: Record<string, (rack: Rack) => Promise<Figure[]>> = {
	ready: nodeReadyFigures,
	containers: containerFigures,
	apply: applyFigures,
	idle: idleFigures,
	inspect: inspectFigures,
	lesson: lessonFigures,
	page: pageFigures,
	shell: shellPageFigures,
	pictures: pictureFigures,
	'by-hand': byHandFigures,
};

const args = process.argv.slice(2);
const wanted = args.filter((arg) => !arg.startsWith('-'));
const rack = await Rack.load();
const figures: Figure[] = [];
for (const [name, measure] of Object.entries(parts)) {
	if (wanted.length > 0 && !wanted.includes(name)) continue;
	process.stderr.write(`measuring: ${name}\n`);
	figures.push(...(await measure(rack)));
}
print(figures, args.includes('--json'));
process.exit(figures.every(holds) ? 0 : 1);
