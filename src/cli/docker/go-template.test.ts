import { describe, expect, it } from 'vitest';
import { GoTemplate } from './go-template.ts';

const data = {
	Name: '/web',
	State: { Pid: 42, Running: true },
	Mounts: [{ Source: '/a' }, { Source: '/b' }],
	Networks: { bridge: { IPAddress: '172.17.0.2' } },
	Ports: { '80/tcp': [{ HostPort: '8080' }] },
	Empty: [],
	None: null,
	Label: (key: unknown) => `<${String(key)}>`,
};

describe('GoTemplate', () => {
	it.each([
		['{{.Name}}', '/web'],
		['{{.State.Pid}} {{.State.Running}}', '42 true'],
		['{{json .State}}', '{"Pid":42,"Running":true}'],
		['{{range .Mounts}}{{.Source}};{{end}}', '/a;/b;'],
		['{{range $i, $m := .Mounts}}{{$i}}={{$m.Source}} {{end}}', '0=/a 1=/b '],
		['{{range .Empty}}x{{else}}none{{end}}', 'none'],
		['{{range $name, $net := .Networks}}{{$name}} {{$net.IPAddress}}{{end}}', 'bridge 172.17.0.2'],
		['{{(index (index .Ports "80/tcp") 0).HostPort}}', '8080'],
		['{{with index .Mounts 1}}{{.Source}}{{end}}', '/b'],
		['{{if .State.Running}}up{{else}}down{{end}}', 'up'],
		['{{if eq .State.Pid 1}}one{{else if gt .State.Pid 40}}many{{end}}', 'many'],
		['{{if and .State.Running (not .Empty)}}yes{{end}}', 'yes'],
		['{{.Name | upper | printf "%-6s|"}}', '/WEB  |'],
		['{{printf "%q %d" .Name .State.Pid}}', '"/web" 42'],
		['{{len .Mounts}}', '2'],
		['{{join (split "a,b" ",") "-"}}', 'a-b'],
		['a {{- " b " -}} c', 'a b c'],
		['{{/* nothing */}}{{"}}"}}', '}}'],
		['{{$x := .Name}}{{$x}}', '/web'],
		['{{.Label "k"}}', '<k>'],
		['{{println 1 2}}', '1 2\n'],
		['{{.None}}', '<no value>'],
		['{{.State}}', 'map[Pid:42 Running:true]'],
	])('renders %s', (source, expected) => {
		expect(new GoTemplate(source).render(data)).toBe(expected);
	});
	it.each([
		['{{.Foo', 'template: :1: unclosed action'],
		['{{range .Mounts}}', 'template: :1: unexpected EOF'],
		['{{end}}', 'template: :1: unexpected {{end}}'],
		['{{nosuch .}}', 'function "nosuch" not defined'],
		['{{.Foo}}', 'map has no entry for key "Foo"'],
	])('refuses %s', (source, message) => {
		expect(() => new GoTemplate(source).render(data)).toThrow(message);
	});
});
