import { siteRoot } from './site.ts';

/**
 * Keeps the site for days without a connection. Never needed: a frame may refuse it, and then everything
 * comes from the network as before.
 */
export function keepForOffline(): void {
	if (import.meta.env.DEV || window.top !== window) return;
	const register = () => {
		try {
			navigator.serviceWorker
				.register(new URL('sw.js', siteRoot), { scope: siteRoot.pathname })
				.catch(() => undefined);
		} catch {
			// No service workers here.
		}
	};
	// What the page itself needs comes first.
	if (document.readyState === 'complete') register();
	else addEventListener('load', register, { once: true });
}
