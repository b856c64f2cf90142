const sectionDynamic = 6;
const tagNeeded = 1;

/** The shared libraries a 32-bit ELF file asks for, and its interpreter's; empty for anything else. */
export function neededLibraries(file: Uint8Array): readonly string[] {
	const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
	if (file.length < 52 || view.getUint32(0) !== 0x7f454c46 || file[4] !== 1) return [];
	const sections = view.getUint32(32, true);
	const size = view.getUint16(46, true);
	const count = view.getUint16(48, true);
	for (let index = 0; index < count; index++) {
		const at = sections + index * size;
		if (view.getUint32(at + 4, true) !== sectionDynamic) continue;
		const strings = view.getUint32(sections + view.getUint32(at + 24, true) * size + 16, true);
		return dynamicNames(file, view, at, strings);
	}
	return [];
}

function dynamicNames(file: Uint8Array, view: DataView, at: number, strings: number): string[] {
	const names: string[] = [];
	const start = view.getUint32(at + 16, true);
	const end = start + view.getUint32(at + 20, true);
	for (let entry = start; entry < end; entry += 8) {
		if (view.getUint32(entry, true) !== tagNeeded) continue;
		const from = strings + view.getUint32(entry + 4, true);
		const to = file.indexOf(0, from);
		names.push(Buffer.from(file.subarray(from, to)).toString('latin1'));
	}
	return names;
}
