/** The folder of guest images that the test command prepared. */
export function imagesFolder(): string {
	const folder = process.env['DRYDOCK_IMAGES_FOLDER'];
	if (folder) return folder;
	throw new Error('no guest images: run the tests with `npm test`, or set DRYDOCK_IMAGES_FOLDER');
}
