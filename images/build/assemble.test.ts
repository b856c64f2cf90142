import { describe, expect, it } from 'vitest';
import { busyboxApplets, parsePackages } from './assemble.ts';
import { writeCpio } from './cpio.ts';
import { neededLibraries } from './elf.ts';
import { matcher } from './glob.ts';
import { Tree } from './tree.ts';

describe('package lists', () => {
	it('take braces apart, so that each file is asked for by itself', () => {
		const [line] = parsePackages('# note\nprocps: bin/ps usr/bin/{top,free}\nlibc6:\n');
		expect(line).toEqual({ name: 'procps', patterns: ['bin/ps', 'usr/bin/top', 'usr/bin/free'] });
	});

	it('match within one folder with one star and below it with two', () => {
		expect(matcher('etc/iproute2/*')('etc/iproute2/rt_tables')).toBe(true);
		expect(matcher('etc/*')('etc/iproute2/rt_tables')).toBe(false);
		expect(matcher('etc/**')('etc/iproute2/rt_tables')).toBe(true);
		expect(matcher('lib/ld-linux.so.2')('lib/ld-linuxxso.2')).toBe(false);
	});
});

describe('binaries', () => {
	it('name no libraries when they are no 32-bit ELF files', () => {
		expect(neededLibraries(Buffer.from('#!/bin/sh\n'))).toEqual([]);
	});

	it('give up the table of BusyBox commands', () => {
		const binary = Buffer.from('\0\x01junk\0[\0[[\0ash\0cat\0\0more', 'latin1');
		expect(busyboxApplets(binary)).toEqual(['[', '[[', 'ash', 'cat']);
	});
});

describe('the initramfs', () => {
	it('has records the kernel reads: aligned to four, ended by the trailer', () => {
		const tree = new Tree();
		tree.file('init', 'abcde', 0o755);
		const archive = writeCpio(tree);
		expect(archive.length % 4).toBe(0);
		expect(archive.toString('latin1', 0, 6)).toBe('070701');
		expect(archive.toString('latin1', 14, 22)).toBe('000081ed');
		expect(archive.toString('latin1', 54, 62)).toBe('00000005');
		expect(archive.includes('TRAILER!!!')).toBe(true);
	});
});
