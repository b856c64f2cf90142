import type { Agent } from '../../api/agent.ts';
import { VolumeError } from './volume-payload.ts';

/** A volume's directory on the node, and whether containers may write to it. */
export interface OwnedVolume {
	name: string;
	path: string;
	readonly: boolean;
}

const script = [
	'chgrp -hR "$0" "$3"',
	'find "$3" -type d -exec chmod "$1" {} \\;',
	'find "$3" -type f -exec chmod "$2" {} \\;',
].join(' && ');

const path = 'PATH=/usr/sbin:/usr/bin:/sbin:/bin';

/** Gives a volume to the pod's group, new files in it included. After pkg/volume/volume_linux.go: SetVolumeOwnership */
export async function applyFsGroup(
	agent: Agent,
	group: number,
	volume: OwnedVolume,
): Promise<void> {
	const modes = volume.readonly ? ['ug+rx,g+s', 'ug+r'] : ['ug+rwx,g+s', 'ug+rw'];
	const process = await agent.spawn({
		argv: ['sh', '-c', script, String(group), ...modes, volume.path],
		env: [path],
		hidden: true,
	});
	const decoder = new TextDecoder();
	let output = '';
	process.onOutput((_stream, data) => {
		output += decoder.decode(data, { stream: true });
	});
	const { code } = await process.exited;
	if (code !== 0)
		throw new VolumeError(volume.name, `applyFSGroup failed for vol ${volume.name}: ${output}`);
}
