/** The address of this page with another number of machines; following it starts the page anew. */
export function withNodes(nodes: number | 'lesson'): string {
	const others = [...new URLSearchParams(location.search)].filter(([key]) => key !== 'nodes');
	return `?${new URLSearchParams([...others, ['nodes', String(nodes)]])}`;
}
