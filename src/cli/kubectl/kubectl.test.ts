import { beforeEach, describe, expect, it } from 'vitest';
import { ApiServer } from '../../control-plane/apiserver/api-server.ts';
import { Etcd } from '../../control-plane/etcd/etcd.ts';
import { ManualClock } from '../../util/clock.ts';
import { SeededRng } from '../../util/rng.ts';
import { ShellHarness } from './shell-harness.ts';

const web = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: nginx, image: "nginx:1.25", ports: [{containerPort: 80}]}
`;

let shell: ShellHarness;

beforeEach(() => {
	const clock = new ManualClock();
	const parts = { store: new Etcd(), clock, rng: new SeededRng(1), nodes: () => undefined };
	shell = new ShellHarness(new ApiServer(parts), clock);
	shell.files.set('web.yaml', web);
});

async function out(line: string): Promise<string> {
	const ran = await shell.run(line);
	expect({ line, err: ran.err, code: ran.code }).toEqual({ line, err: '', code: 0 });
	return ran.out;
}

async function fails(line: string): Promise<string> {
	const ran = await shell.run(line);
	expect(ran.code).toBe(1);
	return ran.err;
}

describe('kubectl against the API server', () => {
	it('creates, leaves alone and configures with apply', async () => {
		expect(await out('kubectl apply -f web.yaml')).toBe('deployment.apps/web created\n');
		expect(await out('kubectl apply -f web.yaml')).toBe('deployment.apps/web unchanged\n');
		shell.files.set('web.yaml', web.replace('1.25', '1.26').replace('replicas: 2', 'replicas: 3'));
		expect(await out('kubectl apply -f web.yaml')).toBe('deployment.apps/web configured\n');
		const path = '{.spec.replicas}/{.spec.template.spec.containers[0].image}';
		expect(await out(`kubectl get deploy web -o jsonpath=${path}`)).toBe('3/nginx:1.26');
	});

	it('goes from client-side to server-side apply, and back, with the fields it had', async () => {
		await out('kubectl apply -f web.yaml');
		const labelled = web.replace('name: web\n', 'name: web\n  labels: {tier: front}\n');
		shell.files.set('web.yaml', labelled.replace('1.25', '1.26'));
		await out('kubectl apply -f web.yaml');
		shell.files.set('web.yaml', web.replace('1.25', '1.27'));
		expect(await out('kubectl apply --server-side -f web.yaml')).toBe(
			'deployment.apps/web serverside-applied\n',
		);
		const path = '{.metadata.labels}/{.spec.template.spec.containers[0].image}';
		expect(await out(`kubectl get deploy web -o jsonpath=${path}`)).toBe('/nginx:1.27');
		const owners = '{.metadata.managedFields[*].manager}';
		expect(await out(`kubectl get deploy web --show-managed-fields -o jsonpath=${owners}`)).toBe(
			'kubectl kubectl-last-applied',
		);
		expect(await out('kubectl apply -f web.yaml')).toBe('deployment.apps/web configured\n');
		expect(await out('kubectl apply -f web.yaml')).toBe('deployment.apps/web unchanged\n');
	});

	it('prints the server’s tables', async () => {
		await out('kubectl apply -f web.yaml');
		expect(await out('kubectl get deploy')).toBe(
			'NAME   READY   UP-TO-DATE   AVAILABLE   AGE\nweb    0/2     0            0           0s\n',
		);
		expect(await out('kubectl get deploy -o name')).toBe('deployment.apps/web\n');
		expect(await out('kubectl get deploy -A --no-headers')).toMatch(/^default +web +0\/2/);
	});

	it('says where nothing was found', async () => {
		expect((await shell.run('kubectl get pods')).err).toBe(
			'No resources found in default namespace.\n',
		);
		expect((await shell.run('kubectl get pods -A')).err).toBe('No resources found\n');
	});

	it.each([
		['kubectl get pod x', 'Error from server (NotFound): pods "x" not found\n'],
		['kubectl get foo', 'error: the server doesn\'t have a resource type "foo"\n'],
		['kubectl get pods --foo', "error: unknown flag: --foo\nSee 'kubectl get --help' for usage.\n"],
		['kubectl gte', 'error: unknown command "gte" for "kubectl"\n\nDid you mean this?\n\tget\n'],
		['kubectl apply -f nope.yaml', 'error: the path "nope.yaml" does not exist\n'],
		['kubectl run x', 'error: required flag(s) "image" not set\n'],
		['kubectl top pods', 'error: Metrics API not available\n'],
		[
			'kubectl rollout foo',
			'error: unknown command "foo"\nSee \'kubectl rollout -h\' for help and examples\n',
		],
	])('%s fails with upstream’s words', async (line, err) => {
		expect(await fails(line)).toBe(err);
	});

	it('tells unknown fields and invalid objects by file', async () => {
		shell.files.set('bad.yaml', web.replace('replicas: 2', 'bogus: 2'));
		expect(await fails('kubectl apply -f bad.yaml')).toBe(
			'Error from server (BadRequest): error when creating "bad.yaml": Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.bogus"\n',
		);
	});

	it('changes objects with scale, set, label and patch', async () => {
		await out('kubectl apply -f web.yaml');
		expect(await out('kubectl scale deploy/web --replicas=4')).toBe('deployment.apps/web scaled\n');
		expect(await out('kubectl set image deploy/web nginx=nginx:2')).toBe(
			'deployment.apps/web image updated\n',
		);
		expect(await out('kubectl label deploy web tier=front')).toBe('deployment.apps/web labeled\n');
		expect(await fails('kubectl label deploy web tier=back')).toContain(
			"'tier' already has a value (front), and --overwrite is false",
		);
		expect(await out(`kubectl patch deploy web -p '{"spec":{"paused":true}}'`)).toBe(
			'deployment.apps/web patched\n',
		);
		expect(await out('kubectl get deploy web -o jsonpath={.spec.replicas}{.spec.paused}')).toBe(
			'4true',
		);
	});

	it('notes the command as the cause of a change with --record, and says that it is deprecated', async () => {
		await out('kubectl apply -f web.yaml');
		const cause = `kubectl get deploy web -o 'jsonpath={.metadata.annotations.kubernetes\\.io/change-cause}'`;
		const update = 'kubectl set image deploy/web nginx=nginx:2 --record';
		expect(await shell.run(update)).toEqual({
			code: 0,
			out: 'deployment.apps/web image updated\n',
			err: 'Flag --record has been deprecated, --record will be removed in the future\n',
		});
		expect(await out(cause)).toBe(`${update}=true`);
		await shell.run('kubectl scale deploy web --replicas=4 --record');
		expect(await out(cause)).toBe('kubectl scale deploy web --record=true --replicas=4');
		await out('kubectl set image deploy/web nginx=nginx:1');
		expect(await out(cause)).toContain('kubectl scale');
	});

	it('makes objects from arguments, or only shows them', async () => {
		expect(await out('kubectl create deployment d --image=nginx --dry-run=client -o yaml')).toBe(
			'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  creationTimestamp: null\n  labels:\n    app: d\n  name: d\nspec:\n  replicas: 1\n  selector:\n    matchLabels:\n      app: d\n  strategy: {}\n  template:\n    metadata:\n      creationTimestamp: null\n      labels:\n        app: d\n    spec:\n      containers:\n      - image: nginx\n        name: nginx\n        resources: {}\nstatus: {}\n',
		);
		expect(await out('kubectl create cm c --from-literal=a=b')).toBe('configmap/c created\n');
		expect(await fails('kubectl create cm c --from-literal=a=b')).toBe(
			'error: failed to create configmap: configmaps "c" already exists\n',
		);
	});

	it('deletes by name, file and selector', async () => {
		await out('kubectl apply -f web.yaml');
		expect(await out('kubectl delete -f web.yaml')).toBe('deployment.apps "web" deleted\n');
		expect(await out('kubectl delete pods -l a=b')).toBe('No resources found\n');
	});

	it('does not take an empty name for all objects', async () => {
		await out('kubectl apply -f web.yaml');
		const empty = 'error: resource name may not be empty\n';
		for (const verb of ['get', 'delete', 'describe'])
			expect(await fails(`kubectl ${verb} deploy ''`)).toBe(empty);
		expect(await out('kubectl get deploy -o name')).toBe('deployment.apps/web\n');
		const nobody = 'error: pod, type/name or --filename must be specified\n';
		expect(await fails(`kubectl exec '' -- ls`)).toBe(nobody);
		expect(await fails('kubectl exec -- ls')).toBe(nobody);
	});

	it('describes an unscheduled pod in columns', async () => {
		await out('kubectl run p --image=busybox --restart=Never -- sleep 5');
		const text = await out('kubectl describe pod p');
		expect(text).toContain('Name:             p\nNamespace:        default\n');
		expect(text).toContain('    Args:\n      sleep\n      5\n');
		expect(text).toMatch(/Node-Selectors: +<none>\nTolerations: +node.kubernetes.io\/not-ready/);
	});

	it('ends a watch with 130 on Ctrl-C', async () => {
		const stop = new AbortController();
		const running = shell.run('kubectl get ns -w', { signal: stop.signal });
		await new Promise((resolve) => setTimeout(resolve, 20));
		stop.abort();
		const ran = await running;
		expect(ran.code).toBe(130);
		expect(ran.out).toContain('default');
	});

	it('keeps the namespace of a context in the guest’s file', async () => {
		expect(await out('kubectl config set-context --current --namespace=kube-system')).toBe(
			'Context "drydock" modified.\n',
		);
		expect((await shell.run('kubectl get pods')).err).toBe(
			'No resources found in kube-system namespace.\n',
		);
		expect(shell.files.get('/root/.kube/config')).toContain('namespace: kube-system');
	});

	it('names what it did not get or change, and shows what it was given', async () => {
		await out('kubectl apply -f web.yaml');
		expect(await out('kubectl apply view-last-applied deploy web')).toMatch(
			/^apiVersion: apps\/v1\nkind: Deployment\nmetadata:\n {2}annotations: \{\}\n/,
		);
		shell.files.set('none.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n');
		expect(await fails('kubectl apply -f none.yaml')).toBe(
			'error: error when retrieving current configuration of:\nResource: "/v1, Resource=configmaps", GroupVersionKind: "/v1, Kind=ConfigMap"\nName: "", Namespace: "default"\nfrom server for: "none.yaml": resource name may not be empty\n',
		);
		shell.files.set('web.yaml', web.replace('name: web\n', 'name: web\n  resourceVersion: "1"\n'));
		const err = await fails('kubectl apply -f web.yaml');
		expect(err).toMatch(
			/^Error from server \(Conflict\): error when applying patch:\n\{"metadata":\{/,
		);
		expect(err).toContain('\nName: "web", Namespace: "default"\nfor: "web.yaml": ');
		await out('kubectl delete deploy web');
		expect(await fails('kubectl delete -f web.yaml')).toBe(
			'Error from server (NotFound): error when deleting "web.yaml": deployments.apps "web" not found\n',
		);
		expect(await fails('kubectl wait --for=condition=Ready ns/default --timeout=0s')).toBe(
			'error: condition not met for namespaces/default\n',
		);
	});

	it('renames and deletes contexts', async () => {
		expect(await out('kubectl config rename-context drydock mine')).toBe(
			'Context "drydock" renamed to "mine".\n',
		);
		expect(await out('kubectl config current-context')).toBe('mine\n');
		expect(await fails('kubectl config rename-context drydock other')).toBe(
			'error: cannot rename the context "drydock", it\'s not in /root/.kube/config\n',
		);
		expect(await shell.run('kubectl config delete-context mine')).toEqual({
			code: 0,
			out: 'deleted context mine from /root/.kube/config\n',
			err: 'warning: this removed your active context, use "kubectl config use-context" to select a different one\n',
		});
		expect(await out('kubectl config get-contexts -o name')).toBe('');
	});

	it('refuses types of events that there are not', async () => {
		expect(await fails('kubectl events --types=Foo')).toBe(
			'error: valid --types are Normal or Warning\n',
		);
	});

	it('explains a field as upstream lays it out', async () => {
		expect(await out('kubectl explain deploy.spec.replicas')).toMatch(
			/^GROUP: .*\nKIND: .*\nVERSION: .*\n\nFIELD: replicas <integer>\n\n\nDESCRIPTION:\n    .*\n    \n\n$/,
		);
	});

	it('behaves as upstream’s without a configuration when a file is named that is not there', async () => {
		shell.env['KUBECONFIG'] = '/nowhere';
		expect(await fails('kubectl get pods')).toBe(
			'The connection to the server localhost:8080 was refused - did you specify the right host or port?\n',
		);
	});

	it('answers completion in cobra’s form', async () => {
		expect(await out('kubectl __complete des')).toMatch(/^describe\t.*\n:4\n$/);
		expect(await out('kubectl __completeNoDesc get ns kube-p')).toBe('kube-public\n:4\n');
		expect(await out('kubectl __completeNoDesc get pods --names')).toBe('--namespace=\n:4\n');
		expect(await out('kubectl __completeNoDesc get pods -n def')).toBe('default\n:4\n');
	});

	it('restarts once a second, and all of a type when none is named', async () => {
		await out('kubectl apply -f web.yaml');
		expect(await out('kubectl rollout restart deploy')).toBe('deployment.apps/web restarted\n');
		expect(await fails('kubectl rollout restart deploy web')).toBe(
			'error: failed to create patch for web: if restart has already been triggered within the past second, please wait before attempting to trigger another\n',
		);
		expect(await shell.run('kubectl rollout restart deploy -l app=nope')).toEqual({
			code: 0,
			out: '',
			err: 'No resources found in default namespace.\n',
		});
	});

	it('sends a file as it is with --raw', async () => {
		const body = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"raw"}}';
		shell.files.set('cm.json', body);
		const maps = '/api/v1/namespaces/default/configmaps';
		expect(await out(`kubectl create --raw ${maps} -f cm.json`)).toMatch(/^\{.*"name":"raw"/);
		expect(await fails(`kubectl create --raw ${maps} -f cm.json`)).toBe(
			'Error from server (AlreadyExists): configmaps "raw" already exists\n',
		);
		expect((await shell.run(`kubectl create --raw ${maps} -f -`, { input: body })).err).toContain(
			'already exists',
		);
		expect(await out(`kubectl replace --raw ${maps}/raw -f cm.json`)).toContain('"name":"raw"');
		expect(await out(`kubectl delete --raw ${maps}/raw`)).toContain('"status":"Success"');
		expect(await fails('kubectl create --raw relative -f cm.json')).toBe(
			'error: --raw must be a valid URL path: parse "relative": invalid URI for request\n',
		);
	});

	it('puts the type before names only where several were read', async () => {
		await out('kubectl apply -f web.yaml');
		expect((await shell.run('kubectl get deploy/web svc/nope')).out).toMatch(/^web /m);
		expect(await out('kubectl get deploy/web svc/kubernetes')).toMatch(/^deployment.apps\/web /m);
	});

	it('does not mention an annotation that is not there, but a label', async () => {
		await out('kubectl create cm c');
		expect(await out('kubectl annotate cm c x-')).toBe('configmap/c annotated\n');
		expect(await out('kubectl label cm c x-')).toBe(
			'label "x" not found.\nconfigmap/c not labeled\n',
		);
		expect(await fails('kubectl label cm c x=!')).toMatch(/^error: invalid label value: "x=!": a /);
	});

	it('tells of an exposed pod’s service first', async () => {
		expect(await out('kubectl run p --image=nginx --port=80 --expose')).toBe(
			'service/p created\npod/p created\n',
		);
		const shown = await out('kubectl run q --image=i --port=1 --expose --dry-run=client -o yaml');
		expect(shown.match(/^(kind: .*|---)$/gm)).toEqual(['kind: Service', '---', '---', 'kind: Pod']);
	});

	it('sorts by a field that is there', async () => {
		for (const name of ['b', 'a']) await out(`kubectl create cm ${name} --from-literal=k=v`);
		const get = 'kubectl get cm -o name';
		expect(await out(`${get} --sort-by=.metadata.name`)).toBe('configmap/a\nconfigmap/b\n');
		expect(await fails(`${get} --sort-by=.nope`)).toBe(
			'error: couldn\'t find any field with path "{.nope}" in the list of objects\n',
		);
		expect((await shell.run('kubectl get cm --sort-by=.nope')).err).toBe(
			'No resources found in default namespace.\n',
		);
	});

	it('takes keys that objects inherit for what they are', async () => {
		const literals = '--from-literal=constructor=a --from-literal=__proto__=b';
		const shown = await out(`kubectl create cm c ${literals} --dry-run=client -o yaml`);
		expect(shown).toContain('data:\n  __proto__: b\n  constructor: a\n');
		await out(`kubectl create cm c --from-literal=a=b`);
		shell.files.set('c.yaml', shown);
		await shell.run('kubectl apply -f c.yaml');
		expect(await out('kubectl get cm c -o jsonpath={.data.constructor}')).toBe('a');
		await out(`kubectl create cm whole ${literals}`);
		for (const name of ['c', 'whole'])
			expect(await out(`kubectl get cm ${name} -o yaml`)).toContain('  __proto__: b\n');
		expect(await out('kubectl label cm c constructor=x')).toBe('configmap/c labeled\n');
		expect(await out('kubectl get cm c -L constructor,toString --no-headers')).toMatch(/s +x +$/m);
	});

	it('says what can be done about fields that others manage', async () => {
		const apply = 'kubectl apply --server-side -f web.yaml';
		await out(`${apply} --field-manager=one`);
		shell.files.set('web.yaml', web.replace('replicas: 2', 'replicas: 3'));
		const err = await fails(`${apply} --field-manager=two`);
		expect(err).toMatch(/^error: Apply failed with 1 conflict: conflict with "one"/);
		expect(err).toContain('\nPlease review the fields above--they currently have other managers.');
		expect(err).toMatch(/server-side-apply\/#conflicts\n$/);
	});

	it('refuses clearly what it cannot do', async () => {
		expect(await fails('kubectl port-forward pod/x 8080:80')).toMatch(
			/^error: port-forward is not supported: /,
		);
	});
});
