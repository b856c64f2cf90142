import type { Lesson } from '../../lesson/lesson.ts';
import type { BootFailure, BootState } from '../state/boot.svelte.ts';

/** What somebody needs to find out why machines did not start; nothing about the person. */
export function failureReport(
	failure: BootFailure,
	lesson: Pick<Lesson, 'id' | 'version' | 'cluster'>,
	boot: Pick<BootState, 'downloads' | 'nodes' | 'preparing'>,
): string {
	const downloads = [...boot.downloads].map(
		([what, { bytes, total, cached }]) => `${what} ${bytes}/${total}${cached ? ' cached' : ''}`,
	);
	const nodes = [...boot.nodes].map(([node, phase]) => `${node} ${phase}`);
	const lines = [
		`${failure.reason}: ${failure.message}`,
		`lesson ${lesson.id} ${lesson.version}, ${lesson.cluster.nodes} × ${lesson.cluster.runs}`,
		`downloads: ${downloads.join(', ') || '–'}`,
		`nodes: ${nodes.join(', ') || '–'}`,
		...(boot.preparing === '' ? [] : [`preparing: ${boot.preparing}`]),
		`online ${navigator.onLine}, frame ${window.top !== window}, origin ${self.origin === 'null' ? 'opaque' : 'own'}`,
		navigator.userAgent,
	];
	return lines.join('\n');
}
