import { describe, expect, it } from 'vitest';
import { GoTemplate } from './go-template.ts';
import { TemplateError } from './go-template-lexer.ts';
import { asMap } from './print.ts';

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
		['{{slice .Name 1 3}}', 'we'],
		['{{print 1 2 "a" "b" 3}}', '1 2ab3'],
		['{{printf "%d" .Name}}', '%!d(string=/web)'],
		['{{.Name | }}', '/web'],
		['}}{{.Name}}', '}}/web'],
		['{{0x10}} {{`raw`}} {{"q\\"x"}}', '16 raw q"x'],
		['{{$x := 1}}{{$x = "q"}}{{$x}}', 'q'],
	])('renders %s', (source, expected) => {
		expect(new GoTemplate(source).render(data)).toBe(expected);
	});
	it.each([
		['{{.Foo', 'unclosed action'],
		['{{range .Mounts}}', 'unexpected EOF'],
		['{{if .Name}}x', 'unexpected EOF'],
		['{{end}}', 'unexpected {{end}}'],
		['{{else}}', 'unexpected {{else}}'],
		['{{}}', 'missing value for command'],
		['{{if}}x{{end}}', 'missing value for if'],
		['{{nosuch .}}', 'function "nosuch" not defined'],
		['{{.Name | nosuch}}', 'function "nosuch" not defined'],
		['{{$x}}', 'undefined variable "$x"'],
		['{{(.Name}}', 'unclosed left paren'],
		['{{.Name)}}', 'unexpected right paren'],
		['{{"x', 'unterminated quoted string'],
		['{{.Names}', "bad character U+007D '}'"],
		['{{ %% }}', 'unexpected "%" in command'],
		['{{1a}}', 'bad number syntax: "1a"'],
		['{{| .Name}}', 'unexpected "|" in command'],
		['{{,}}', 'unexpected "," in command'],
	])('cannot read %s', (source, message) => {
		expect(() => new GoTemplate(source)).toThrow(new TemplateError(`template: :1: ${message}`));
	});
	it.each([
		['{{.Foo}}', '2: executing "" at <.Foo>: map has no entry for key "Foo"'],
		['{{.State.Foo}}', '8: executing "" at <.State.Foo>: map has no entry for key "Foo"'],
		['a {{json .Foo}}', '9: executing "" at <.Foo>: map has no entry for key "Foo"'],
		['{{.Name.X}}', '7: executing "" at <.Name.X>: can\'t evaluate field X in type string'],
		['{{.Name .State}}', '2: executing "" at <.Name>: Name is not a method but has arguments'],
		['{{.Label}}', '2: executing "" at <.Label>: wrong number of args for Label: want 1 got 0'],
		[
			'{{index .Mounts 7}}',
			'2: executing "" at <index .Mounts 7>: error calling index: index out of range: 7',
		],
		[
			'{{index .None "x"}}',
			'2: executing "" at <index .None "x">: error calling index: index of untyped nil',
		],
		[
			'{{eq .Name 1}}',
			'2: executing "" at <eq .Name 1>: error calling eq: incompatible types for comparison',
		],
		['{{range .Name}}x{{end}}', '8: executing "" at <.Name>: range can\'t iterate over /web'],
		['{{len 3}}', '2: executing "" at <len 3>: error calling len: len of type int'],
		['{{nil}}', '2: executing "" at <nil>: nil is not a command'],
		['{{"a" "b"}}', '2: executing "" at <"a">: can\'t give argument to non-function "a"'],
		[
			'{{.constructor}}',
			'2: executing "" at <.constructor>: map has no entry for key "constructor"',
		],
		['{{.__proto__}}', '2: executing "" at <.__proto__>: map has no entry for key "__proto__"'],
	])('cannot carry out %s', (source, message) => {
		expect(() => new GoTemplate(source).render(data)).toThrow(
			new TemplateError(`template: :1:${message}`),
		);
	});
	it('names the type that lacks a field, the template and the line', () => {
		const names = { template: 'version', type: 'system.versionInfo' };
		expect(() => new GoTemplate('a\n{{.Nope}}', names).render(data)).toThrow(
			'template: version:2:2: executing "version" at <.Nope>: ' +
				"can't evaluate field Nope in type system.versionInfo",
		);
	});
	it('asks a map of the user for what it has not, and only for what is its own', () => {
		const labels = asMap(JSON.parse('{"__proto__":"p","a":"b"}') as Record<string, string>);
		const render = (source: string) => new GoTemplate(source).render({ Labels: labels });
		expect(render('{{.Labels.a}} {{index .Labels "__proto__"}} {{.Labels.constructor}}')).toBe(
			'b p <no value>',
		);
	});
});
