/*
 * The wire protocol between the agent and its host, and between the command client and the agent.
 *
 * A frame is a 20 byte header and a payload of at most FRAME_PAYLOAD bytes, little-endian:
 *
 *   0  magic "DKF\x01"      8  request or stream id
 *   4  type                12  CRC-32 of bytes 0 to 11
 *   5  flags               16  CRC-32 of the payload
 *   6  payload length      20  payload
 *
 * The header has a checksum of its own so that a damaged length never makes the reader wait for bytes
 * that do not come. Payloads of requests and results are lists of attributes: tag (1 byte), length
 * (4 bytes), value; integers are 4 bytes, strings end in NUL, a value may be a list itself.
 * src/node/agent/protocol.ts says the same in TypeScript; test/fixtures/agent holds both to it.
 */
#ifndef DRYDOCK_PROTOCOL_H
#define DRYDOCK_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PROTOCOL_VERSION 1
#define FRAME_HEADER 20
#define FRAME_PAYLOAD 16384
#define FRAME_MORE 1
#define REQUEST_MAX (1 << 20)
/* Bytes one side may send on a stream before the other has taken them. */
#define STREAM_WINDOW 65536
/* Credit is given back in steps, so that it costs few frames. */
#define CREDIT_STEP (STREAM_WINDOW / 4)
/* Ids of streams that begin in the guest have this bit. */
#define GUEST_STREAM 0x80000000u

enum frame_type {
	FRAME_HELLO = 1,
	FRAME_IDENTIFY = 2,
	FRAME_BATCH = 3,
	FRAME_SPAWN = 4,
	FRAME_DIAL = 5,
	FRAME_LISTEN = 6,
	FRAME_PROCESSES = 7,
	FRAME_WATCH_OOM = 8,
	FRAME_WATCH_PROCESSES = 9,
	FRAME_WATCH_ROUTE = 10,
	/* Streams, either way. */
	FRAME_DATA = 16,
	FRAME_END = 17,
	FRAME_CREDIT = 18,
	FRAME_CLOSE = 19,
	FRAME_RESIZE = 20,
	FRAME_DATAGRAM = 21,
	FRAME_READ = 22,
	FRAME_RAW = 23,
	FRAME_EXIT = 24,
	/* From the guest only. */
	FRAME_RESULT = 32,
	FRAME_FAILURE = 33,
	FRAME_ACCEPTED = 34,
	FRAME_COMMAND = 35,
	FRAME_SIGNAL = 36,
	FRAME_OOM = 37,
	FRAME_PROCESS = 38,
	/* The agent has begun, and knows of nothing that was before. */
	FRAME_STARTED = 39,
	FRAME_ROUTE = 40,
};

/* Operations of a batch: tags of its list, whose values are lists of attributes. */
enum op_code {
	OP_MKDIR = 1,
	OP_WRITE = 2,
	OP_READ = 3,
	OP_LIST = 4,
	OP_STAT = 5,
	OP_SYMLINK = 6,
	OP_RENAME = 7,
	OP_REMOVE = 8,
	OP_MOUNT = 9,
	OP_UMOUNT = 10,
	OP_KILL = 11,
	OP_NETNS_ADD = 12,
	OP_NETNS_DEL = 13,
	OP_LINK_ADD = 14,
	OP_LINK_SET = 15,
	OP_LINK_DEL = 16,
	OP_ADDR_ADD = 17,
	OP_ADDR_DEL = 18,
	OP_ROUTE_ADD = 19,
	OP_ROUTE_DEL = 20,
	OP_NEIGH_ADD = 21,
	OP_NEIGH_DEL = 22,
	OP_FDB_ADD = 23,
	OP_FDB_DEL = 24,
	OP_TREE = 25,
	OP_NETWORKS = 26,
	OP_SHEET = 27,
	OP_RULE_COUNTERS = 28,
};

enum attribute {
	ATTR_PATH = 1,
	ATTR_DATA = 2,
	ATTR_MODE = 3,
	ATTR_FLAGS = 4,
	ATTR_TARGET = 5,
	ATTR_SOURCE = 6,
	ATTR_FSTYPE = 7,
	ATTR_MAX = 8,
	ATTR_PID = 9,
	ATTR_SIGNAL = 10,
	ATTR_NAME = 11,
	ATTR_KIND = 12,
	ATTR_PEER_NAME = 13,
	ATTR_PEER_NETNS = 14,
	ATTR_PEER_ADDRESS = 15,
	ATTR_ADDRESS = 16,
	ATTR_MTU = 17,
	ATTR_MASTER = 18,
	ATTR_LOWER = 19,
	ATTR_VNI = 20,
	ATTR_PORT = 21,
	ATTR_UP = 22,
	ATTR_RENAME = 23,
	ATTR_TO = 24,
	ATTR_NETNS = 25,
	ATTR_LINK = 26,
	ATTR_CIDR = 27,
	ATTR_DST = 28,
	ATTR_VIA = 29,
	ATTR_KEEP_GOING = 30,
	ATTR_PARENTS = 31,
	ATTR_APPEND = 32,
	ATTR_RECURSIVE = 33,
	ATTR_ONLINK = 34,
	/* Answers. */
	ATTR_OK = 40,
	ATTR_ERROR = 41,
	ATTR_ENTRY = 42,
	ATTR_ERRNO = 43,
	ATTR_MESSAGE = 44,
	ATTR_PROCESS = 45,
	ATTR_VERSION = 46,
	ATTR_KERNEL = 47,
	ATTR_UPTIME = 48,
	ATTR_MEMORY = 49,
	ATTR_BAD_FRAMES = 50,
	ATTR_TIME = 51,
	ATTR_COUNT = 52,
	ATTR_STATUS = 53,
	ATTR_PPID = 54,
	/* Processes to start. */
	ATTR_ARG = 60,
	ATTR_ENV = 61,
	ATTR_CWD = 62,
	ATTR_UNSHARE = 63,
	ATTR_JOIN = 64,
	ATTR_JOIN_PID = 65,
	ATTR_ROOTFS = 66,
	ATTR_READONLY_ROOTFS = 67,
	ATTR_MOUNT = 68,
	ATTR_MASKED = 69,
	ATTR_READONLY = 70,
	ATTR_SYSCTL = 71,
	ATTR_HOSTNAME = 72,
	ATTR_CGROUP = 73,
	ATTR_USER = 74,
	ATTR_GROUP = 75,
	ATTR_CAPABILITIES = 76,
	ATTR_NO_NEW_PRIVILEGES = 77,
	ATTR_RLIMIT = 78,
	ATTR_OOM_SCORE_ADJ = 79,
	ATTR_INIT = 80,
	ATTR_ROWS = 81,
	ATTR_COLUMNS = 82,
	ATTR_STDIN = 83,
	ATTR_NO_OUTPUT = 84,
	ATTR_UDP = 85,
	ATTR_TTY = 86,
	ATTR_ENTROPY = 87,
	ATTR_GATEWAY = 88,
	ATTR_HOSTS = 89,
	ATTR_MACHINE_ID = 90,
	ATTR_LISTENER = 91,
	ATTR_TIMEOUT = 92,
	/* A file's name, NUL, and its content. */
	ATTR_FILE = 93,
	/* Messages of netlink as the kernel sent them. */
	ATTR_NETLINK = 94,
	/* How a network namespace numbers the others: 4 bytes each, -1 for none. */
	ATTR_NSIDS = 95,
	/* Of a process to start: its events, and those of what it starts, are not told. */
	ATTR_HIDDEN = 96,
	/* Messages of sock_diag: TCP sockets that listen, UDP sockets without a peer. */
	ATTR_LISTENS = 97,
};

/* Kinds of a link. */
enum link_kind { LINK_VETH = 1, LINK_BRIDGE, LINK_VXLAN, LINK_DUMMY, LINK_MACVLAN };

/* Kinds of what a layer's directory holds. */
enum sheet_kind { SHEET_FILE, SHEET_DIR, SHEET_SYMLINK, SHEET_OTHER, SHEET_WHITEOUT, SHEET_OPAQUE };

/* Kinds of a FRAME_PROCESS event. */
enum process_event { PROCESS_FORK = 1, PROCESS_EXEC = 2, PROCESS_EXIT = 3 };

/* Messages between the command client and the agent: this header, then `length` bytes. */
struct command_message {
	uint32_t type;
	uint32_t length;
};

enum command_type {
	/* From the client. */
	COMMAND_START = 1,
	COMMAND_INPUT = 2,
	COMMAND_WROTE = 3,
	COMMAND_SIGNAL = 4,
	COMMAND_SIZE = 5,
	COMMAND_BROKEN = 6,
	/* To the client. */
	COMMAND_OUT = 16,
	COMMAND_ERR = 17,
	COMMAND_READ = 18,
	COMMAND_RAW = 19,
	COMMAND_EXIT = 20,
};

#define COMMAND_SOCKET "/run/drydock/commands.sock"
#define COMMAND_MAX 131072

struct frame {
	uint8_t type;
	uint8_t flags;
	uint16_t length;
	uint32_t id;
	const uint8_t *payload;
};

/* Bytes received and not yet taken as frames. */
struct frame_reader {
	uint8_t bytes[2 * (FRAME_HEADER + FRAME_PAYLOAD)];
	size_t start;
	size_t end;
	uint32_t bad;
	/* In the middle of damage that was counted already. */
	bool lost;
};

uint32_t crc32_of(const void *data, size_t length);
void frame_header(uint8_t *header, uint8_t type, uint8_t flags, uint32_t id, const void *payload, size_t length);
size_t frame_room(struct frame_reader *reader, uint8_t **at);
bool frame_next(struct frame_reader *reader, struct frame *frame);
void frame_give_up(struct frame_reader *reader);

#endif
