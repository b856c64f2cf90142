import { readFileSync } from 'node:fs';
import { Rack } from './test/harness/rack.ts';
import { Shell } from './test/harness/shell.ts';
import { Client } from './src/client/rest.ts';
import { nodesReady } from './src/headless/ready.ts';
const [file, nodes='3'] = process.argv.slice(2);
const rack = await Rack.load(); const c = rack.cluster(Number(nodes)); await c.start(); await nodesReady(new Client(c.api), Number(nodes));
const shells = new Map();
for (const line of readFileSync(file,'utf8').split('\n')) {
  if (!line.trim() || line.startsWith('#')) continue;
  const m = /^@(\S+)\s+(.*)$/.exec(line); const node = m ? m[1] : (Number(nodes)>1?'node-1':'control-plane'); const cmd = m ? m[2] : line;
  if (!shells.has(node)) shells.set(node, await Shell.open(c, node));
  const s = shells.get(node); const t = Date.now();
  try { const out = await s.run(cmd, 60000); console.log(`\n${node}$ ${cmd}   [${Date.now()-t}ms]\n${out}`); }
  catch (e) { console.log(`\n${node}$ ${cmd}\nTIMEOUT ${String(e).slice(-600)}`); await s.interrupt().catch(()=>{}); }
}
await c.stop(); process.exit(0);
