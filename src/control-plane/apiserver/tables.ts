import type { TableShape } from './table.ts';
import { eventTable } from './table-events.ts';
import { nodeTable } from './table-nodes.ts';
import { podTable } from './table-pods.ts';
import { simpleTables } from './table-simple.ts';
import { serviceTables } from './table-services.ts';
import { workloadTables } from './table-workloads.ts';

/** Columns of every resource that has its own, by plural name. After k/k pkg/printers/internalversion/printers.go */
export const tables: Record<string, TableShape> = {
	pods: podTable,
	nodes: nodeTable,
	events: eventTable,
	...simpleTables,
	...serviceTables,
	...workloadTables,
};
