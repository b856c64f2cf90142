export const spans = [60_000, 180_000, 600_000] as const;

class Span {
	ms = $state<number>(spans[1]);
}

/** How far back the charts and their table look. */
export const span = new Span();
