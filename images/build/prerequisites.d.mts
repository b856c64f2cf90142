type Purpose = 'images' | 'tests';
export function ensurePrerequisites(
	purpose: Purpose,
	options?: { install?: boolean },
): Promise<void>;
