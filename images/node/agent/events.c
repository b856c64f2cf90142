/* Events: processes from the kernel's connector, and memory that ran out in a cgroup. */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel gives no larger one. */
#define PID_COUNT 32768
#ifndef SCHED_RESET_ON_FORK
#define SCHED_RESET_ON_FORK 0x40000000
#endif

/* A cgroup whose memory.events is watched. */
struct oom_watch {
	struct oom_watch *next;
	int descriptor;
	uint32_t count;
	char cgroup[];
};

static struct watch notifier = { .fd = -1 };
static struct watch connector = { .fd = -1 };
static struct oom_watch *oom_watches;

static int read_kills(const char *cgroup, uint32_t *count)
{
	char path[4096], text[1024];
	join_text(path, sizeof path, "/sys/fs/cgroup/", cgroup, "/memory.events", NULL);
	if (read_file(path, text, sizeof text) < 0)
		return -1;
	const char *line = strstr(text, "oom_kill ");
	*count = line ? (uint32_t)strtoul(line + 9, NULL, 10) : 0;
	return 0;
}

static void oom_changed(struct oom_watch *watch)
{
	uint32_t count;
	if (read_kills(watch->cgroup, &count) < 0 || count <= watch->count)
		return;
	watch->count = count;
	struct buffer event = { 0 };
	put_text(&event, ATTR_CGROUP, watch->cgroup);
	put_u32(&event, ATTR_COUNT, count);
	send_long(FRAME_OOM, 0, &event);
	buffer_free(&event);
}

static void oom_event(int descriptor, uint32_t mask)
{
	for (struct oom_watch **link = &oom_watches; *link; link = &(*link)->next) {
		struct oom_watch *watch = *link;
		if (watch->descriptor != descriptor)
			continue;
		if (!(mask & IN_IGNORED))
			return oom_changed(watch);
		*link = watch->next;
		return free(watch);
	}
}

static void notifier_ready(struct watch *watch, uint32_t events)
{
	uint8_t bytes[4096] __attribute__((aligned(8)));
	(void)events;
	ssize_t count = read(watch->fd, bytes, sizeof bytes);
	for (uint8_t *at = bytes; count > 0 && at < bytes + count;) {
		struct inotify_event *event = (struct inotify_event *)at;
		oom_event(event->wd, event->mask);
		at += sizeof *event + event->len;
	}
}

static int watch_oom(const char *cgroup, struct error *err)
{
	char path[4096];
	uint32_t count;
	if (notifier.fd < 0) {
		notifier.fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
		notifier.ready = notifier_ready;
		watch_set(&notifier, EPOLLIN);
	}
	join_text(path, sizeof path, "/sys/fs/cgroup/", cgroup, "/memory.events", NULL);
	int descriptor = inotify_add_watch(notifier.fd, path, IN_MODIFY);
	if (descriptor < 0 || read_kills(cgroup, &count) < 0)
		return fail(err, 0, "watch ", path, NULL);
	for (struct oom_watch *watch = oom_watches; watch; watch = watch->next)
		if (watch->descriptor == descriptor)
			return 0;
	struct oom_watch *watch = must_alloc(sizeof *watch + strlen(cgroup) + 1);
	watch->descriptor = descriptor;
	watch->count = count;
	strcpy(watch->cgroup, cgroup);
	watch->next = oom_watches;
	oom_watches = watch;
	return 0;
}

void handle_watch_oom(uint32_t id, struct attrs request)
{
	struct error err;
	const char *cgroup = find_text(request, ATTR_CGROUP);
	if (watch_oom(cgroup ? cgroup : "", &err) < 0)
		send_failure(id, &err);
	else
		send_frame(FRAME_RESULT, id, NULL, 0);
}

static void put_args(struct buffer *event, pid_t pid)
{
	char path[64], text[2048];
	join_text(path, sizeof path, "/proc/", decimal(pid), "/cmdline", NULL);
	int length = read_file(path, text, sizeof text);
	if (length > 0)
		put_attr(event, ATTR_ARG, text, (size_t)length + (text[length - 1] != 0));
}

static uint32_t parent_of(pid_t pid)
{
	char path[64], text[1024];
	join_text(path, sizeof path, "/proc/", decimal(pid), "/stat", NULL);
	if (read_file(path, text, sizeof text) < 0)
		return 0;
	char *close = strrchr(text, ')');
	return close && strlen(close) > 4 ? (uint32_t)strtoul(close + 4, NULL, 10) : 0;
}

/* A bit for each PID. What the agent starts for the host's own sake would only confuse who watches. */
static uint8_t hidden[PID_COUNT / 8];

static bool is_hidden(pid_t pid)
{
	return pid > 0 && pid < PID_COUNT && hidden[pid / 8] >> pid % 8 & 1;
}

void hide_process(pid_t pid, bool hide)
{
	if (pid <= 0 || pid >= PID_COUNT)
		return;
	uint8_t bit = (uint8_t)(1 << pid % 8);
	hidden[pid / 8] = hide ? hidden[pid / 8] | bit : hidden[pid / 8] & (uint8_t)~bit;
}

/* Hides what a hidden process has started; answers whether the event is one of those. */
static bool follow_hidden(const struct proc_event *from)
{
	if (from->what == PROC_EVENT_FORK) {
		pid_t child = from->event_data.fork.child_tgid, parent = from->event_data.fork.parent_tgid;
		/* Of its own children the agent has said it when it started them. */
		if (parent != getpid() && child != parent)
			hide_process(child, is_hidden(parent));
		return is_hidden(child);
	}
	if (from->what == PROC_EVENT_EXEC)
		return is_hidden(from->event_data.exec.process_tgid);
	return from->what == PROC_EVENT_EXIT && is_hidden(from->event_data.exit.process_tgid);
}

/* Threads are told like processes; only whole processes are passed on. */
static bool put_process_event(const struct proc_event *from, struct buffer *event)
{
	switch (from->what) {
	case PROC_EVENT_FORK:
		put_u32(event, ATTR_KIND, PROCESS_FORK);
		put_u32(event, ATTR_PID, (uint32_t)from->event_data.fork.child_tgid);
		put_u32(event, ATTR_PPID, (uint32_t)from->event_data.fork.parent_tgid);
		return from->event_data.fork.child_pid == from->event_data.fork.child_tgid;
	case PROC_EVENT_EXEC:
		put_u32(event, ATTR_KIND, PROCESS_EXEC);
		put_u32(event, ATTR_PID, (uint32_t)from->event_data.exec.process_tgid);
		put_u32(event, ATTR_PPID, parent_of(from->event_data.exec.process_tgid));
		put_args(event, from->event_data.exec.process_tgid);
		return true;
	case PROC_EVENT_EXIT:
		put_u32(event, ATTR_KIND, PROCESS_EXIT);
		put_u32(event, ATTR_PID, (uint32_t)from->event_data.exit.process_tgid);
		put_u32(event, ATTR_STATUS, from->event_data.exit.exit_code);
		return from->event_data.exit.process_pid == from->event_data.exit.process_tgid;
	default:
		return false;
	}
}

static void connector_ready(struct watch *watch, uint32_t events)
{
	static uint8_t bytes[4096] __attribute__((aligned(8)));
	(void)events;
	ssize_t count = recv(watch->fd, bytes, sizeof bytes, MSG_DONTWAIT);
	const size_t head = NLMSG_HDRLEN + sizeof(struct cn_msg);
	if (count < (ssize_t)(head + offsetof(struct proc_event, event_data)))
		return;
	struct buffer event = { 0 };
	const struct proc_event *from = (struct proc_event *)(bytes + head);
	if (!follow_hidden(from) && put_process_event(from, &event))
		send_long(FRAME_PROCESS, 0, &event);
	buffer_free(&event);
}

/*
 * While somebody watches, the agent comes first: it is woken by the event and reads the arguments of a
 * program before the program runs, however short it is. What the agent starts is not first.
 */
static void be_first(bool first)
{
	struct sched_param param = { .sched_priority = first };
	syscall(SYS_sched_setscheduler, 0, (first ? SCHED_FIFO : SCHED_OTHER) | SCHED_RESET_ON_FORK, &param);
}

static int connector_send(int fd, enum proc_cn_mcast_op action)
{
	struct __attribute__((packed)) {
		struct nlmsghdr header;
		struct cn_msg message;
		uint32_t action;
	} request = {
		.header = { .nlmsg_len = sizeof request, .nlmsg_type = NLMSG_DONE },
		.message = { .id = { CN_IDX_PROC, CN_VAL_PROC }, .len = sizeof request.action },
		.action = action,
	};
	return (int)send(fd, &request, sizeof request, 0);
}

static int connect_processes(struct error *err)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_CONNECTOR);
	if (fd < 0)
		return fail(err, 0, "process connector", NULL);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 ||
		connector_send(fd, PROC_CN_MCAST_LISTEN) < 0) {
		close(fd);
		return fail(err, 0, "process connector", NULL);
	}
	connector = (struct watch){ .fd = fd, .ready = connector_ready };
	watch_set(&connector, EPOLLIN);
	be_first(true);
	return 0;
}

void handle_watch_processes(uint32_t id, struct attrs request)
{
	struct error err;
	bool wanted = find_u32(request, ATTR_UP, 0);
	if (wanted && connector.fd < 0 && connect_processes(&err) < 0)
		return send_failure(id, &err);
	if (!wanted && connector.fd >= 0) {
		connector_send(connector.fd, PROC_CN_MCAST_IGNORE);
		watch_close(&connector);
		be_first(false);
	}
	send_frame(FRAME_RESULT, id, NULL, 0);
}
