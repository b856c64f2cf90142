import { machineMemory } from '../../api/node.ts';

/**
 * The machine a node is: v86 options that are part of the saved state's format. The builder of the
 * state and every restore use the same set; another device or size makes a state unreadable.
 */
export const hardware = {
	/** What a machine has at most; a smaller one keeps the rest in its balloon. */
	memory_size: machineMemory << 20,
	virtio_balloon: true,
	vga_memory_size: 2 << 20,
	/** `hvc1` carries the agent's frames. */
	virtio_console: true,
	net_device: { type: 'virtio' as const },
	/** The 9p share `host9p`: unpacked image layers. */
	filesystem: {},
	/** `ttyS0` is the console and always there. */
	uart1: false,
	uart2: false,
	uart3: false,
	disable_keyboard: true,
	disable_mouse: true,
	disable_speaker: true,
};

/** Where the node sees the 9p share, and how it is mounted. */
export const shareMount = {
	tag: 'host9p',
	path: '/run/drydock/layers',
	data: 'trans=virtio,version=9p2000.L,msize=131072,cache=loose',
};
