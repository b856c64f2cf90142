/** This page's address with or without `?present`; the step in view stays. */
function address(change: (query: URLSearchParams) => void): string {
	if (typeof location === 'undefined') return '';
	const query = new URLSearchParams(location.search);
	change(query);
	return `?${query}${location.hash}`;
}

export const withPresenting = () => address((query) => query.set('present', '1'));
export const withoutPresenting = () => address((query) => query.delete('present'));
