/** From the first finished lesson on there is something that the browser should not clear away by itself. */
export async function askToKeep(): Promise<void> {
	if (window.top !== window) return;
	await navigator.storage?.persist?.().catch(() => false);
}
