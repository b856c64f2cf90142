/** What a manifest may begin as: the least that does something, with the fields that people change first. */
export interface Template {
	kind: string;
	apiVersion: string;
	text: (image: string) => string;
}

const container = (image: string, indent: string) =>
	[
		'containers:',
		'  - name: web',
		`    image: ${image}`,
		'    ports:',
		'      - containerPort: 80',
		'    resources:',
		'      requests:',
		'        cpu: 50m',
		'        memory: 16Mi',
	]
		.map((line) => indent + line)
		.join('\n');

const template = (image: string) => `  template:
    metadata:
      labels:
        app: web
    spec:
${container(image, '      ')}
`;

const head = (apiVersion: string, kind: string, name = 'web') => `apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: ${name}
`;

const selector = `  selector:
    matchLabels:
      app: web
`;

export const templates: readonly Template[] = [
	{
		kind: 'Pod',
		apiVersion: 'v1',
		text: (image) => `${head('v1', 'Pod')}  labels:
    app: web
spec:
${container(image, '  ')}
`,
	},
	{
		kind: 'Deployment',
		apiVersion: 'apps/v1',
		text: (image) => `${head('apps/v1', 'Deployment')}spec:
  replicas: 2
${selector}${template(image)}`,
	},
	{
		kind: 'Service',
		apiVersion: 'v1',
		text: () => `${head('v1', 'Service')}spec:
  type: NodePort
  selector:
    app: web
  ports:
    - port: 80
      targetPort: 80
      nodePort: 30080
`,
	},
	{
		kind: 'ConfigMap',
		apiVersion: 'v1',
		text: () => `${head('v1', 'ConfigMap', 'settings')}data:
  greeting: hello
  index.html: |
    <h1>Hello</h1>
`,
	},
	{
		kind: 'Secret',
		apiVersion: 'v1',
		text: () => `${head('v1', 'Secret', 'password')}stringData:
  password: change-me
`,
	},
	{
		kind: 'StatefulSet',
		apiVersion: 'apps/v1',
		text: (image) => `${head('apps/v1', 'StatefulSet')}spec:
  serviceName: web
  replicas: 2
${selector}${template(image)}`,
	},
	{
		kind: 'DaemonSet',
		apiVersion: 'apps/v1',
		text: (image) => `${head('apps/v1', 'DaemonSet')}spec:
${selector}${template(image)}`,
	},
	{
		kind: 'Job',
		apiVersion: 'batch/v1',
		text: () => `${head('batch/v1', 'Job', 'count')}spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: count
          image: busybox:1
          command: [sh, -c, 'for i in 1 2 3; do echo $i; sleep 1; done']
`,
	},
];

/** A web server of those that are here; templates listen on its port. */
export const webImage = (images: readonly string[]): string =>
	images.find((name) => name.startsWith('nginx:')) ?? 'nginx:1';

/** Behind what is there, as a document of its own. */
export function withTemplate(text: string, added: string): string {
	const before = text.trimEnd();
	return before === '' ? added : `${before}\n---\n${added}`;
}
