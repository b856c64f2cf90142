/** The record types this server knows by name. */
export const recordTypes = {
	A: 1,
	NS: 2,
	CNAME: 5,
	SOA: 6,
	PTR: 12,
	TXT: 16,
	AAAA: 28,
	SRV: 33,
	OPT: 41,
	ANY: 255,
} as const;

export const responseCodes = {
	noError: 0,
	formatError: 1,
	serverFailure: 2,
	nameError: 3,
	notImplemented: 4,
	refused: 5,
} as const;

export interface Question {
	/** Lower-case, without the last dot. */
	name: string;
	/** As it was sent: answers repeat its case. */
	originalName: string;
	type: number;
	class: number;
}

export interface Query {
	id: number;
	opcode: number;
	recursionDesired: boolean;
	question: Question;
	/** What the sender can take in one datagram, from EDNS; 512 without. */
	udpSize: number;
	edns: boolean;
}

export type RecordData =
	| { type: 'A'; address: string }
	| { type: 'CNAME' | 'PTR'; target: string }
	| { type: 'SRV'; priority: number; weight: number; port: number; target: string }
	| { type: 'TXT'; text: string }
	| { type: 'SOA'; primary: string; contact: string; serial: number };

export interface ResourceRecord {
	name: string;
	ttl: number;
	data: RecordData;
}

export interface Answer {
	code: number;
	answers: ResourceRecord[];
	authority: ResourceRecord[];
	additional: ResourceRecord[];
}
