import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Network } from '../../api/engine.ts';
import type { EngineContext } from './context.ts';

/** The three networks docker has from the start, with who is in them. */
export function listNetworks(context: EngineContext): Network[] {
	const bridge = context.cni.networks().find((network) => network.name === 'bridge');
	const id = (name: string) => bytesToHex(sha256(utf8ToBytes(`${context.node.name}/${name}`)));
	const plain = { subnet: '', gateway: '', bridge: '' };
	return [
		{
			id: id('bridge'),
			name: 'bridge',
			driver: 'bridge',
			subnet: bridge?.subnet ?? '',
			gateway: bridge?.gateway ?? '',
			bridge: bridge?.bridge ?? '',
			containers: members(context, (record) => record.endpoint !== undefined),
		},
		{
			...plain,
			id: id('host'),
			name: 'host',
			driver: 'host',
			containers: members(context, (record) => record.info.config.network === 'host'),
		},
		{
			...plain,
			id: id('none'),
			name: 'none',
			driver: 'null',
			containers: members(context, (record) => record.info.config.network === 'none'),
		},
	];
}

type Record = ReturnType<EngineContext['containers']['all']>[number];

function members(context: EngineContext, isIn: (record: Record) => boolean): Network['containers'] {
	return context.containers
		.all()
		.filter((record) => record.isRunning && isIn(record))
		.map(({ info, endpoint }) => ({
			id: info.id,
			name: info.name,
			mac: info.mac,
			cidr: endpoint ? `${endpoint.ip}/${endpoint.prefix}` : '',
		}));
}
