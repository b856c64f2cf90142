import type { Rng } from '../../util/rng.ts';

const adjectives = (
	'amber bold brave breezy bright brisk calm candid clever cosmic crisp curious daring deft eager easy ' +
	'fabled fair fearless fleet fluent frosty gentle gleaming golden graceful happy hardy honest humble ' +
	'jolly keen kind lively loyal lucid lucky mellow merry mighty misty modest neat nimble noble patient ' +
	'placid plucky polished proud quick quiet quirky rapid rugged salty serene sharp silent silver sleek ' +
	'snug solid spry steady stoic sturdy sunny swift tidal tidy trusty upbeat vivid wandering warm wise witty zesty'
).split(' ');

const nouns = (
	'albatross anchor atoll ballast barge barque beacon binnacle bollard bosun bowline bowsprit breaker brig ' +
	'bulkhead buoy cabin capstan caravel catamaran channel clipper coaster compass cormorant corvette coxswain ' +
	'current cutter davit deckhand dinghy dolphin eddy estuary fathom ferry fjord flotilla foghorn forestay ' +
	'frigate galleon galley gannet gangway halyard harbour haven hawser heron hull islet jetty jib kayak keel ' +
	'ketch knot lagoon lantern latitude leeward lifeboat lighthouse longboat lugger marina mariner mast mooring ' +
	'narwhal navigator oar osprey paddle pelican petrel pier pilot porpoise puffin quay raft reef regatta rigging ' +
	'rudder sailor sandbar schooner sextant shoal skiff skipper sloop sounding spinnaker starboard steamer ' +
	'stern strait tern tide tiller towline transom trawler tugboat voyager wharf windlass yacht yawl'
).split(' ');

/** A name for a container that was given none: `brisk_schooner`, with a digit when that is taken. */
export function randomName(rng: Rng, isTaken: (name: string) => boolean): string {
	for (let attempt = 0; ; attempt++) {
		const suffix = attempt < 6 ? '' : String(Math.floor(rng.next() * 10 ** (attempt - 5)));
		const name = `${pick(adjectives, rng)}_${pick(nouns, rng)}${suffix}`;
		if (!isTaken(name)) return name;
	}
}

function pick(words: readonly string[], rng: Rng): string {
	return words[Math.floor(rng.next() * words.length)] ?? '';
}

/** 64 hexadecimal digits, as containers, sandboxes and anonymous volumes are called. */
export function randomId(rng: Rng): string {
	return [...rng.bytes(32)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
