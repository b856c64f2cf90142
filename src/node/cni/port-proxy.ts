import type { Agent, GuestListener, GuestSocket } from '../../api/agent.ts';
import type { PortBinding } from '../../api/engine.ts';

/**
 * Holds a published port on the node and carries what reaches it there: connections from the node to
 * itself, which no rule redirects. What comes from outside is redirected by the kernel before.
 * After cmd/docker-proxy.
 */
export class PortProxy {
	readonly #agent: Agent;
	readonly #listeners: GuestListener[] = [];

	constructor(agent: Agent) {
		this.#agent = agent;
	}
	/** Rejects with `EADDRINUSE` when a process of the node has the port. */
	async listen(address: string, ports: readonly PortBinding[]): Promise<void> {
		for (const port of ports) {
			if (port.protocol !== 'tcp') continue;
			const at = { address: port.hostIp ?? '0.0.0.0', port: port.hostPort };
			const target = { address, port: port.containerPort };
			this.#listeners.push(
				await this.#agent.listenTcp(at, (socket) => {
					this.#carry(socket, target).catch(() => socket.close());
				}),
			);
		}
	}
	async #carry(client: GuestSocket, target: { address: string; port: number }): Promise<void> {
		const server = await this.#agent.dial({ ...target, timeoutMs: 10_000 }).catch(() => undefined);
		if (!server) return client.close();
		await Promise.all([pump(client, server), pump(server, client)]);
		client.close();
		server.close();
	}
	close(): void {
		for (const listener of this.#listeners.splice(0)) listener.close();
	}
}

async function pump(from: GuestSocket, to: GuestSocket): Promise<void> {
	try {
		for await (const chunk of from.data) await to.write(chunk);
	} catch {
		// One side is gone; the other learns it by the end of its stream.
	}
	to.end();
}
