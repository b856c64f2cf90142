import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LocalCluster } from '../../src/cluster/cluster.ts';
import { Client } from '../../src/client/rest.ts';
import { nodesReady } from '../../src/headless/ready.ts';
import { Rack } from '../harness/rack.ts';
import { Shell } from '../harness/shell.ts';

let cluster: LocalCluster;
let shell: Shell;

const manifest = (name: string, image = 'nginx:1') => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: 2
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers: [{ name: nginx, image: "${image}" }]
`;

/** A bridge without pods has no carrier. */
const routesNow = 'ip route | sed "s/ linkdown//" | sort | paste -sd ";"';

describe('a session in a node’s shell', () => {
	beforeAll(async () => {
		cluster = (await Rack.load()).cluster(3);
		await cluster.start();
		await nodesReady(new Client(cluster.api), 3);
		shell = await Shell.open(cluster, 'node-1');
	});
	afterAll(() => cluster.stop());
	beforeEach(() => shell.interrupt());

	it('is a real login shell with UTF-8 and the node’s name', async () => {
		expect(await shell.run('hostname; echo 你好 | cut -c 1-6; tty')).toMatch(
			/^node-1\n你好\n\/dev\/pts\/\d+$/,
		);
		expect(await shell.run('cat /etc/os-release | head -1')).toContain('Debian GNU/Linux 12');
	});

	it('says who has a terminal and how it reads, as the kernel sees it', async () => {
		const session = await cluster.openTerminal('node-2', { rows: 24, columns: 80 });
		const own = new Shell(session);
		const pid = session.pid ?? 0;
		const now = () => cluster.foreground('node-2', pid);
		await own.until(/# $/);
		expect(await now()).toEqual({ pgid: pid, name: 'bash', raw: true });
		await own.type('sleep 600', false);
		const seen = await now();
		expect(seen).toMatchObject({ name: 'sleep', raw: false });
		expect(seen?.pgid).not.toBe(pid);
		await cluster.signal('node-2', seen?.pgid ?? 0, 15);
		await own.until(/Terminated[^]*# $/);
		await own.type('read word', false);
		expect(await now()).toEqual({ pgid: pid, name: 'bash', raw: false });
		own.keys('\x03');
		await own.until(/# $/);
		await own.type('vi', false);
		expect(await now()).toMatchObject({ name: 'vi', raw: true });
		own.close();
		await expect.poll(now).toBeUndefined();
	});

	it.each([
		['en', 'A blank is missing: uname -a', 'You are root here already: ls'],
		['zh_CN', '少了一个空格：uname -a', '这里你已经是 root 了，直接输入：ls'],
	])('says in the language %s what was probably meant', async (language, blank, root) => {
		const own = new Shell(
			await cluster.openTerminal('node-2', { rows: 24, columns: 80, language }),
		);
		await own.until(/# $/);
		expect(await own.run('uname-a')).toBe(`bash: uname-a: command not found\n${blank}`);
		expect(await own.run('sudo ls')).toContain(root);
		const meant = async (line: string) => (await own.run(line)).split('\n').at(1) ?? '';
		for (const [slip, right] of [
			['kill64', 'kill 64'],
			['cd..', 'cd ..'],
			['kubectl.', 'kubectl'],
			['kubectl-get pods', 'kubectl get pods'],
			['kubeclt get pods', 'kubectl get pods'],
			['Ls -l', 'ls -l'],
			["'$' ls", 'ls'],
			['ls　-l', 'ls -l'],
			['kill６４', 'kill 64'],
			['ls，', 'ls'],
		] as const)
			expect(await meant(slip), slip).toMatch(new RegExp(`[:：] ?${right}$`));
		expect(await meant('nosuchprogram')).toBe('');
		expect(await own.run('echo $?')).toBe('127');
		own.close();
	});

	it('runs no program while nothing happens', async () => {
		const other = await Shell.open(cluster, 'node-2');
		// Of the shell itself, so that looking is no program either.
		await other.run(
			'started() { while read -r key count; do [ $key = processes ] && echo $count; done; }',
		);
		const started = async () => Number(await other.run('started < /proc/stat'));
		const before = await started();
		await new Promise((resolve) => setTimeout(resolve, 31_000));
		expect((await started()) - before).toBe(0);
		other.close();
	});

	it('pipes kubectl into grep and a here-document into kubectl', async () => {
		expect(await shell.run('kubectl get nodes | grep -c Ready')).toBe('3');
		shell.keys(`cat <<'EOF' | kubectl apply -f -\r${manifest('web').replace(/\n/g, '\r')}\rEOF\r`);
		await shell.until(/deployment\.apps\/web created/);
		await shell.until(/# $/);
		expect(await shell.run('kubectl rollout status deployment/web --timeout=60s')).toContain(
			'successfully rolled out',
		);
		expect(await shell.run('kubectl get pods | grep -c "web.*Running"')).toBe('2');
	});

	it('applies a file of the guest and says what upstream says of a broken one', async () => {
		await shell.run(
			`printf 'apiVersion: v1\\nkind: Pod\\nmetadata: {name: p}\\nspec: {bogus: 1, containers: [{name: c, image: busybox}]}\\n' > p.yaml`,
		);
		const said = await shell.run('kubectl apply -f p.yaml; echo code $?');
		expect(said).toContain('strict decoding error: unknown field "spec.bogus"');
		expect(said).toContain('code 1');
		expect(await shell.run('kubectl apply -f missing.yaml; echo code $?')).toBe(
			'error: the path "missing.yaml" does not exist\ncode 1',
		);
	});

	it('stops a watch with Ctrl-C and leaves stdin to the shell’s loop', async () => {
		shell.keys('kubectl get pods -w\r');
		await shell.until(/web-.*Running/);
		shell.keys('\x03');
		await shell.until(/# $/);
		expect(await shell.run('timeout 2 kubectl get pods -w > /dev/null; echo $?')).toBe('143');
		expect(
			await shell.run(
				'for n in a b; do echo $n; done | while read x; do kubectl get ns default -o name; echo $x; done',
			),
		).toBe('namespace/default\na\nnamespace/default\nb');
	});

	it('completes verbs and names with Tab', async () => {
		shell.keys('kubectl get dep\t');
		await shell.until(/deployments/);
		shell.keys(' w\t');
		await shell.until(/web/);
		shell.keys('\x03');
		await shell.until(/# $/);
	});

	it('gives a terminal into a container, with its own size and job control', async () => {
		shell.keys('kubectl exec -it deploy/web -- bash\r');
		await shell.until(/root@web-[^#]*# $/);
		shell.keys('ls -l /proc/$$/fd/0; (:); echo $LINES x $COLUMNS; exit 7\r');
		await shell.until(/\/dev\/pts\/0\r\n30 x 120/);
		await shell.until(/node-1.*# $/);
		expect(await shell.run('echo $?')).toBe('7');
	});

	it('copies files and folders into a pod and back, under other names', async () => {
		await shell.run('mkdir -p /tmp/out/sub && echo one > /tmp/out/sub/f && echo two > /tmp/file');
		const pod = await shell.run(
			'kubectl get pods -l app=web -o jsonpath={.items[0].metadata.name}; echo',
		);
		await shell.run(
			`kubectl cp /tmp/file ${pod}:/tmp/renamed && kubectl cp /tmp/out ${pod}:/tmp/in`,
		);
		expect(await shell.run(`kubectl exec ${pod} -- cat /tmp/renamed /tmp/in/sub/f`)).toBe(
			'two\none',
		);
		await shell.run(
			`kubectl cp ${pod}:/tmp/renamed /tmp/back && kubectl cp ${pod}:/tmp/in /tmp/all`,
		);
		expect(await shell.run('cat /tmp/back /tmp/all/sub/f; ls /tmp')).toMatch(
			/^two\none\n(?!.*kubectl-cp)/s,
		);
		expect(await shell.run(`kubectl cp ${pod}:/nosuch /tmp/x; echo $?`)).toMatch(
			/nosuch: Cannot stat[^]*[1-9]$/,
		);
	});

	it('runs docker with its exit codes and messages', async () => {
		expect(await shell.run('docker run --rm busybox sh -c "exit 9"; echo $?')).toMatch(/9$/);
		expect(await shell.run('docker run --rm busybox nope; echo $?')).toMatch(
			/exec: "nope": executable file not found in \$PATH[^]*127$/,
		);
		expect(await shell.run('docker run nonesuch; echo $?')).toMatch(
			/pull access denied for nonesuch[^]*125$/,
		);
		expect(
			await shell.run('docker run --rm -m 16m busybox sh -c "cat /sys/fs/cgroup/memory.max"'),
		).toBe('16777216');
		expect(await shell.run('docker foo; echo $?')).toMatch(/unknown command: docker foo/);
	});

	it('balances a Service by rules of the node’s own kernel', async () => {
		await shell.run('kubectl expose deployment web --port=80');
		const ip = await shell.run('kubectl get svc web -o jsonpath={.spec.clusterIP}; echo');
		expect(ip).toMatch(/^10\.96\./);
		const answers = await shell.run(
			`for i in $(seq 20); do curl -s http://${ip}/ | grep -o 'web-[a-z0-9]*-[a-z0-9]*'; done | sort -u`,
		);
		expect(answers.split('\n')).toHaveLength(2);
		expect(await shell.run('iptables -t nat -S | grep -c "default/web"')).not.toBe('0');
	});

	it('says what to do when the disk is full, and goes on', async () => {
		await shell.run('dd if=/dev/zero of=/root/big bs=4k 2>/dev/null');
		expect(await shell.run('echo x > /root/y')).toContain('No space left on device');
		expect(await shell.run('docker run --rm busybox true; echo $?')).toMatch(
			/^docker: Error response from daemon: .*no space left on device[^]*125$/,
		);
		await shell.run('rm -f /root/big /root/y');
		expect(await shell.run('docker run --rm busybox echo room')).toBe('room');
		expect(await shell.run('kubectl get nodes | grep -c " Ready"')).toBe('3');
	});

	it('lets a pod reach itself through its Service, by either address', async () => {
		await shell.run(
			'kubectl run self --image=busybox --labels=app=self -- httpd -f -p 80 -h /etc && ' +
				'kubectl expose pod self --port=80 --type=NodePort && ' +
				'kubectl wait --for=condition=Ready pod/self --timeout=60s',
		);
		const ip = await shell.run('kubectl get svc self -o jsonpath={.spec.clusterIP}; echo');
		const port = await shell.run(
			"kubectl get svc self -o jsonpath='{.spec.ports[0].nodePort}'; echo",
		);
		const host = await shell.run('kubectl get pod self -o jsonpath={.status.hostIP}; echo');
		for (const url of [`http://${ip}/hostname`, `http://${host}:${port}/hostname`])
			expect(
				await shell.run(`kubectl exec self -- wget -T 5 -qO- ${url} 2>&1`),
				`the pod’s way to itself by ${url}`,
			).toBe('self');
		await shell.run('kubectl delete pod,svc self --now');
	});

	it('has its rules and routes again after somebody took them away', async () => {
		const ip = await shell.run('kubectl get svc web -o jsonpath={.spec.clusterIP}; echo');
		const rules = 'iptables-save | grep -c -E "KUBE|CNI"';
		const before = await shell.run(rules);
		const routes = await shell.run(routesNow);
		await shell.run('iptables -t nat -F; iptables -t nat -X; iptables -F; iptables -X');
		await shell.run('ip route flush via 192.168.56.12; ip route del 10.96.0.0/16');
		expect(await shell.run(rules)).toBe('0');
		const again = `for i in $(seq 80); do [ "$(${rules})" = ${before} ] && break; sleep 0.5; done`;
		await shell.run(again);
		expect(await shell.run(rules)).toBe(before);
		expect(await shell.run(`curl -s -m 5 http://${ip}/ | grep -c title`)).toBe('1');
		expect(await shell.run(routesNow)).toBe(routes);
	});

	it('loses a node whose card is down, and has it back as it was', async () => {
		const other = await Shell.open(cluster, 'node-2');
		const routes = await other.run(routesNow);
		await other.run('ip link set eth0 down');
		expect(await other.run('kubectl get nodes; echo $?')).toBe(
			'Unable to connect to the server: dial tcp 192.168.56.10:6443: connect: network is unreachable\n1',
		);
		expect(
			await shell.run('kubectl wait --for=condition=Ready=Unknown node/node-2 --timeout=40s'),
		).toContain('condition met');
		await other.run('ip link set eth0 up');
		expect(
			await shell.run('kubectl wait --for=condition=Ready node/node-2 --timeout=40s'),
		).toContain('condition met');
		const isSame = `[ "$(${routesNow})" = '${routes}' ]`;
		await other.run(`for i in $(seq 40); do ${isSame} && break; sleep 0.5; done`);
		expect(await other.run(routesNow)).toBe(routes);
		other.close();
	});

	it('loses a node whose cable is pulled', async () => {
		const other = await Shell.open(cluster, 'node-2');
		await cluster.setLink('node-2', { up: false, delayMs: 0, loss: 0 });
		const carrier =
			'for i in $(seq 10); do ip link show eth0 | grep -o NO-CARRIER && break; sleep 0.3; done';
		expect(await other.run(carrier)).toBe('NO-CARRIER');
		expect(await other.run('kubectl get nodes')).toContain('no route to host');
		expect(
			await shell.run('kubectl wait --for=condition=Ready=Unknown node/node-2 --timeout=40s'),
		).toContain('condition met');
		await cluster.setLink('node-2', { up: true, delayMs: 0, loss: 0 });
		expect(
			await shell.run('kubectl wait --for=condition=Ready node/node-2 --timeout=40s'),
		).toContain('condition met');
		other.close();
	});

	it('goes on after the agent of a node was killed: what it had started ends and starts again', async () => {
		const other = await Shell.open(cluster, 'node-2');
		await other.run('docker run -d --name plain busybox sleep 1000');
		other.keys('kill -9 $(pidof agent)\r');
		await other.ended;
		const again = await Shell.open(cluster, 'node-2');
		expect(await again.run("docker ps -a --filter name=plain --format '{{.Status}}'")).toMatch(
			/^Exited \(137\)/,
		);
		expect(await again.run('docker rm plain; docker run --rm busybox echo on')).toBe('plain\non');
		expect(
			await shell.run('kubectl wait --for=condition=Ready pod -l app=web --timeout=60s'),
		).toContain('condition met');
		expect(
			await again.run(
				'docker run --rm --dns 10.96.0.10 busybox nslookup web.default.svc.cluster.local',
			),
		).toContain('10.96.');
		again.close();
	});

	it('replaces the pods of a node whose plug is pulled', async () => {
		await cluster.powerOff('node-2');
		expect(
			await shell.run('kubectl wait --for=condition=Ready=Unknown node/node-2 --timeout=40s'),
		).toContain('condition met');
		const end = Date.now() + 60_000;
		for (;;) {
			const pods = await shell.run('kubectl get pods -o wide --no-headers');
			const alive = pods.split('\n').filter((line) => /Running/.test(line) && /node-1/.test(line));
			if (alive.length === 2) break;
			if (Date.now() > end) throw new Error(pods);
			await new Promise((resolve) => setTimeout(resolve, 1000));
		}
		await cluster.powerOn('node-2');
		expect(
			await shell.run('kubectl wait --for=condition=Ready node/node-2 --timeout=60s'),
		).toContain('condition met');
	});
});
