/* What the parts of the agent share. */
#ifndef DRYDOCK_AGENT_H
#define DRYDOCK_AGENT_H

#include "protocol.h"

#include <netinet/in.h>

/* Errors: functions answer 0 or more, or a negative value with `err` set. */
struct error {
	int number;
	char what[300];
};

/* Sets the error from parts up to NULL and the errno's text, and answers -1. `number` 0 takes errno. */
int fail(struct error *err, int number, ...);
/* The same, with the parts as the whole text. */
int fail_text(struct error *err, int number, ...);
/* The text in lower case, good until the next call. */
const char *errno_text(int number);

void cleanup_close(int *fd);
void cleanup_free(void *pointer);
#define auto_close __attribute__((cleanup(cleanup_close)))
#define auto_free __attribute__((cleanup(cleanup_free)))

/* A growing byte string; its first `start` bytes are used up. */
struct buffer {
	uint8_t *bytes;
	size_t start;
	size_t end;
	size_t size;
};

void *must_alloc(size_t size);
uint8_t *buffer_room(struct buffer *buffer, size_t length);
void buffer_add(struct buffer *buffer, const void *data, size_t length);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_take(struct buffer *buffer, size_t length);
void buffer_free(struct buffer *buffer);
static inline size_t buffer_length(const struct buffer *buffer)
{
	return buffer->end - buffer->start;
}

/* Attribute lists. */
struct attr {
	uint8_t tag;
	uint32_t length;
	const uint8_t *value;
};
struct attrs {
	const uint8_t *at;
	const uint8_t *end;
};
bool attr_next(struct attrs *list, struct attr *attr);
struct attrs attr_list(const struct attr *attr);
uint32_t attr_u32(const struct attr *attr);
/* "" when the value is no string. */
const char *attr_text(const struct attr *attr);
uint32_t find_u32(struct attrs list, uint8_t tag, uint32_t otherwise);
/* NULL when missing. */
const char *find_text(struct attrs list, uint8_t tag);
bool find_attr(struct attrs list, uint8_t tag, struct attr *attr);

void put_attr(struct buffer *buffer, uint8_t tag, const void *value, size_t length);
void put_u32(struct buffer *buffer, uint8_t tag, uint32_t value);
void put_text(struct buffer *buffer, uint8_t tag, const char *value);
/* Begins a list; answers what `put_end` needs. */
size_t put_begin(struct buffer *buffer, uint8_t tag);
void put_end(struct buffer *buffer, size_t begin);
void put_error(struct buffer *buffer, const struct error *err);

/* Text of numbers, in a static buffer that is good for the next 8 calls. */
const char *decimal(long long value);
/* Joins strings up to NULL into `target`, always terminated; answers false when cut. */
bool join_text(char *target, size_t size, ...);

/* The loop. */
struct watch {
	int fd;
	uint32_t events;
	void (*ready)(struct watch *watch, uint32_t events);
	void *owner;
};
void watch_set(struct watch *watch, uint32_t events);
void watch_close(struct watch *watch);

/* Frames to the host. */
extern struct frame_reader reader;
void send_frame(uint8_t type, uint32_t id, const void *payload, size_t length);
/* As many frames as it takes. */
void send_long(uint8_t type, uint32_t id, const struct buffer *payload);
void send_failure(uint32_t id, const struct error *err);
void send_u32(uint8_t type, uint32_t id, uint32_t value);
/* Sends a payload that was put at `frame_space() `, where FRAME_HEADER bytes lie before it. */
void send_in_place(uint8_t *payload, uint8_t type, uint32_t id, size_t length);

/* Whole files. */
int read_file(const char *path, char *target, size_t size);
int write_file(const char *path, const char *text, struct error *err);

/* Streams: processes, sockets, listeners and command sessions, by id. */
enum stream_kind { STREAM_PROCESS, STREAM_SOCKET, STREAM_LISTENER, STREAM_DATAGRAMS, STREAM_COMMAND };
enum { END_IN, END_OUT, END_ERR, ENDS };
struct stream {
	struct stream *next;
	uint32_t id;
	enum stream_kind kind;
	/* [0] takes what the host sends; [1] and [2] are read from. */
	struct watch ends[ENDS];
	struct buffer pending;
	uint32_t taken;
	uint32_t credit;
	bool end_wanted;
	bool end_sent;
	bool terminal;
	/* Processes. */
	struct watch sync;
	pid_t pid;
	bool launched;
	bool exited;
	int status;
	/* Command sessions. */
	struct buffer received;
	bool reading;
};
struct stream *stream_new(enum stream_kind kind, uint32_t id);
struct stream *stream_find(uint32_t id);
struct stream *stream_of_pid(pid_t pid);
void stream_free(struct stream *stream);
uint32_t stream_guest_id(void);
void stream_attach(struct stream *stream, int end, int fd);
/* Reads what there is; answers false when it stopped for want of credit. */
bool stream_drain(struct stream *stream);
void stream_flush(struct stream *stream);
void stream_frame(struct stream *stream, const struct frame *frame);
void process_settle(struct stream *stream);
/* Takes what children that are being started have said. */
void stream_each_launch(void (*take)(struct stream *stream));

/* Requests. */
void handle_spawn(uint32_t id, struct attrs request);
void reap_children(void);
void take_launch_messages(struct stream *stream);
void handle_batch(uint32_t id, struct attrs request);
void handle_dial(uint32_t id, struct attrs request);
void handle_listen(uint32_t id, struct attrs request);
void datagram_send(struct stream *stream, const uint8_t *data, size_t length);
void handle_processes(uint32_t id);
void handle_watch_oom(uint32_t id, struct attrs request);
/* What comes from this process from now on is told to nobody, or (again) is. */
void hide_process(pid_t pid, bool hidden);
void handle_watch_processes(uint32_t id, struct attrs request);
void handle_watch_route(uint32_t id, struct attrs request);
void handle_identify(uint32_t id, struct attrs request);
void commands_listen(void);
void command_frame(struct stream *stream, const struct frame *frame);

/* Operations. */
int file_op(uint8_t op, struct attrs attrs, struct buffer *answer, struct error *err);
int mount_op(uint8_t op, struct attrs attrs, struct error *err);
int network_op(uint8_t op, struct attrs attrs, struct error *err);
int inspect_op(uint8_t op, struct attrs attrs, struct buffer *answer, struct error *err);
int rule_counters(struct buffer *answer, struct error *err);
int make_dirs(const char *path, mode_t mode, struct error *err);
int enter_netns(const char *path, struct error *err);
void leave_netns(int own);
bool netns_spare_wanted(void);
void netns_make_spare(void);
/* Flags of a mount as the wire has them. */
enum mount_flag {
	MOUNT_RO = 1 << 0,
	MOUNT_NOSUID = 1 << 1,
	MOUNT_NODEV = 1 << 2,
	MOUNT_NOEXEC = 1 << 3,
	MOUNT_BIND = 1 << 4,
	MOUNT_RBIND = 1 << 5,
	MOUNT_REMOUNT = 1 << 6,
	MOUNT_PRIVATE = 1 << 7,
	MOUNT_RPRIVATE = 1 << 8,
	MOUNT_SLAVE = 1 << 9,
	MOUNT_RSLAVE = 1 << 10,
	MOUNT_SHARED = 1 << 11,
	MOUNT_RSHARED = 1 << 12,
	MOUNT_STRICTATIME = 1 << 13,
	MOUNT_NOATIME = 1 << 14,
	MOUNT_RELATIME = 1 << 15,
};
/* The mount itself, and what only a mount that is there can be given: flags of a bind, propagation. */
int mount_begin(const char *source, const char *target, const char *fstype, uint32_t flags, const char *data,
	struct error *err);
int mount_adjust(const char *target, uint32_t flags, struct error *err);

/* rtnetlink, in the network namespace the caller is in. */
int link_index(const char *name, struct error *err);
int link_up(const char *name, struct error *err);
int parse_mac(const char *text, uint8_t mac[6], struct error *err);
int parse_cidr(const char *text, uint32_t *address, uint8_t *length, struct error *err);
int address_change(bool add, const char *link, const char *cidr, struct error *err);
int route_change(bool add, const char *dst, const char *via, const char *link, bool onlink, struct error *err);

/* The child's side of a spawn: what is to become of it. */
struct launch {
	struct attrs spec;
	char **argv;
	char **env;
	const char *cwd;
	const char *rootfs;
	const char *user;
	const char *hostname;
	uint32_t unshare;
	pid_t join_pid;
	int join_pidfd;
	bool terminal;
	bool init;
	uint32_t rows;
	uint32_t columns;
	int fds[ENDS];
	int sync;
	int release;
	/* Of the node, opened before its root is left. */
	int node_ptmx;
	int node_null;
	/* The terminal's own side. */
	int terminal_fd;
	char path[4096];
};
pid_t clone_child(uint32_t flags, int cgroup);
/*
 * The child runs `launch_child` in the agent's own memory, and the agent stands still until it is the
 * program: no page of the agent is copied or marked for it.
 */
pid_t clone_launch(struct launch *launch, uint32_t flags, int cgroup);
/* A message of the child before it is the program: an error, its pid or (with a file) its terminal. */
enum launch_kind { LAUNCH_ERROR, LAUNCH_PID, LAUNCH_TERMINAL };
struct launch_message {
	enum launch_kind kind;
	pid_t pid;
	struct error err;
};
bool joins_pid(const struct launch *launch);
_Noreturn void launch_child(struct launch *launch);
int join_namespaces(struct launch *launch, struct error *err);
int setup_rootfs(struct launch *launch, struct error *err);
int setup_terminal(struct launch *launch, struct error *err);
/* What is done inside the new root: system controls, paths masked and read-only. */
int finish_rootfs(struct launch *launch, struct error *err);
struct user {
	uid_t uid;
	gid_t gid;
	char home[256];
	gid_t groups[64];
	size_t group_count;
};
int find_user(const char *name, struct user *user, struct error *err);
int become_user(struct launch *launch, const struct user *user, struct error *err);
int find_program(struct launch *launch, struct error *err);
int limit_resources(struct attrs spec, struct error *err);
_Noreturn void init_main(char **argv);

#endif
