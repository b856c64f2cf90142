import { expect, it } from 'vitest';
import { parseRoutes } from './routes.ts';

it('reads the routes of the kernel', () => {
	const text = [
		'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
		'eth0\t0000600A\t00000000\t0001\t0\t0\t0\t0000F0FF\t0\t0\t0',
		'eth0\t0002F40A\t0C38A8C0\t0003\t0\t0\t0\t00FFFFFF\t0\t0\t0',
		'',
	].join('\n');
	expect([...parseRoutes(text)]).toEqual([
		['10.96.0.0/12', '0.0.0.0'],
		['10.244.2.0/24', '192.168.56.12'],
	]);
});
