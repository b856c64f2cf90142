import { Rack } from './harness/rack.ts';
import { Shell } from './harness/shell.ts';
import { nodesReady } from '../src/headless/ready.ts';
import { Client } from '../src/client/rest.ts';
import { readFileSync } from 'node:fs';
const rack = await Rack.load();
const cluster = rack.cluster(3);
await cluster.start(); await nodesReady(new Client(cluster.api), 3);
const shells: Record<string, Shell> = {};
const script: string[] = []; let open = false;
for (const l of readFileSync(process.argv[2]!, 'utf8').split('\n')) { if (l.trim() === '' && !open) continue; if (open) script[script.length-1] += '\n' + l; else script.push(l); if (open && l === 'X') open = false; else if (/<<'?X/.test(l)) open = true; }
for (const line of script) {
  const [, node = 'node-1', text = line] = /^@(\S+) (.*)$/.exec(line) ?? [];
  shells[node] ??= await Shell.open(cluster, node);
  const t = Date.now();
  const out = await shells[node].run(text, 120_000).catch((e) => 'FAILED ' + e.message.slice(-600));
  console.log(`\n[${node}] $ ${text}   (${Date.now() - t} ms)\n${out}`);
}
await cluster.stop(); process.exit(0);
