/* Starting processes: the agent's side. The child's side is launch.c. */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* As linux/sched.h has it, up to the field we need. */
struct clone_request {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid,
		set_tid_size, cgroup;
};

static struct clone_request clone_request(uint32_t flags, int cgroup)
{
	struct clone_request request = { .flags = flags & ~(uint32_t)CLONE_NEWCGROUP };
	if (!(flags & CLONE_PARENT))
		request.exit_signal = SIGCHLD;
	if (cgroup >= 0) {
		request.flags |= 0x200000000ull; /* CLONE_INTO_CGROUP */
		request.cgroup = (uint64_t)cgroup;
	}
	return request;
}

/* Clones with namespaces and into a cgroup; like fork otherwise. */
pid_t clone_child(uint32_t flags, int cgroup)
{
	struct clone_request request = clone_request(flags, cgroup);
	return (pid_t)syscall(SYS_clone3, &request, sizeof request);
}

pid_t clone_launch(struct launch *launch, uint32_t flags, int cgroup)
{
	static uint8_t stack[128 << 10] __attribute__((aligned(16)));
	struct clone_request request = clone_request(flags | CLONE_VM | CLONE_VFORK, cgroup);
	request.stack = (uintptr_t)stack;
	request.stack_size = sizeof stack;
	long result;
	/* The child finds an empty stack and never returns. */
	__asm__ volatile("int $0x80\n\t"
			 "test %%eax, %%eax\n\t"
			 "jnz 1f\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "sub $12, %%esp\n\t"
			 "push %%edi\n\t"
			 "call *%%esi\n\t"
			 "hlt\n"
			 "1:"
			 : "=a"(result)
			 : "a"(SYS_clone3), "b"(&request), "c"(sizeof request), "S"(launch_child), "D"(launch)
			 : "memory", "cc");
	if (result >= 0)
		return (pid_t)result;
	errno = (int)-result;
	return -1;
}

static int count_attrs(struct attrs list, uint8_t tag)
{
	int count = 0;
	for (struct attr attr; attr_next(&list, &attr);)
		count += attr.tag == tag;
	return count;
}

static char **text_list(struct attrs list, uint8_t tag, int extra)
{
	char **texts = must_alloc(sizeof *texts * (size_t)(count_attrs(list, tag) + extra + 1));
	int at = 0;
	for (struct attr attr; attr_next(&list, &attr);)
		if (attr.tag == tag)
			texts[at++] = (char *)attr_text(&attr);
	return texts;
}

static void read_spec(struct launch *launch, struct attrs spec)
{
	launch->spec = spec;
	launch->argv = text_list(spec, ATTR_ARG, 0);
	launch->env = text_list(spec, ATTR_ENV, 1);
	launch->cwd = find_text(spec, ATTR_CWD);
	launch->rootfs = find_text(spec, ATTR_ROOTFS);
	launch->user = find_text(spec, ATTR_USER);
	launch->hostname = find_text(spec, ATTR_HOSTNAME);
	launch->unshare = find_u32(spec, ATTR_UNSHARE, 0);
	launch->join_pid = (pid_t)find_u32(spec, ATTR_JOIN_PID, 0);
	launch->rows = find_u32(spec, ATTR_ROWS, 0);
	launch->columns = find_u32(spec, ATTR_COLUMNS, 0);
	launch->terminal = launch->rows > 0;
	launch->init = find_u32(spec, ATTR_INIT, 0);
	launch->join_pidfd = launch->sync = launch->release = -1;
	launch->node_ptmx = launch->node_null = launch->terminal_fd = -1;
	for (int end = 0; end < ENDS; end++)
		launch->fds[end] = -1;
}

/* The cgroup named, or that of the process joined; -1 without either. */
static int open_cgroup(struct launch *launch, struct error *err)
{
	char path[4096], text[4096];
	const char *cgroup = find_text(launch->spec, ATTR_CGROUP);
	if (!cgroup && launch->join_pid) {
		join_text(path, sizeof path, "/proc/", decimal(launch->join_pid), "/cgroup", NULL);
		if (read_file(path, text, sizeof text) < 0)
			return fail(err, ESRCH, "no process ", decimal(launch->join_pid), NULL), -2;
		char *line = strstr(text, "0::");
		if (line) {
			line[strcspn(line, "\n")] = 0;
			cgroup = line + 3;
		}
	}
	if (!cgroup)
		return -1;
	join_text(path, sizeof path, "/sys/fs/cgroup/", cgroup, NULL);
	int fd = open(path, O_DIRECTORY | O_CLOEXEC | O_RDONLY);
	if (fd < 0)
		return fail(err, 0, "open cgroup ", path, NULL), -2;
	return fd;
}

static int open_pipes(struct launch *launch, struct stream *stream, struct error *err)
{
	bool output = !find_u32(launch->spec, ATTR_NO_OUTPUT, 0);
	for (int end = 0; end < ENDS; end++) {
		int fds[2];
		if (!(end == END_IN ? find_u32(launch->spec, ATTR_STDIN, 0) : output))
			continue;
		if (pipe2(fds, O_CLOEXEC) < 0)
			return fail(err, 0, "pipe", NULL);
		int ours = end == END_IN;
		launch->fds[end] = fds[!ours];
		stream_attach(stream, end, fds[ours]);
		/* Nothing may be sent before the answer to the request. */
		watch_set(&stream->ends[end], 0);
	}
	return 0;
}

static void close_child_ends(struct launch *launch)
{
	for (int end = 0; end < ENDS; end++)
		cleanup_close(&launch->fds[end]);
	cleanup_close(&launch->sync);
	cleanup_close(&launch->join_pidfd);
	free(launch->argv);
	free(launch->env);
}

static void take_terminal(struct stream *stream, int master)
{
	stream->terminal = true;
	stream_attach(stream, END_OUT, master);
	watch_set(&stream->ends[END_OUT], 0);
	stream_attach(stream, END_IN, fcntl(master, F_DUPFD_CLOEXEC, 3));
}

static void launched(struct stream *stream)
{
	watch_close(&stream->sync);
	stream->launched = true;
	struct buffer answer = { 0 };
	put_u32(&answer, ATTR_PID, (uint32_t)stream->pid);
	send_long(FRAME_RESULT, stream->id, &answer);
	buffer_free(&answer);
	for (int end = END_OUT; end <= END_ERR; end++)
		watch_set(&stream->ends[end], EPOLLIN);
	process_settle(stream);
}

static ssize_t receive(int fd, struct launch_message *message, int *passed)
{
	char control[CMSG_SPACE(sizeof(int))];
	struct iovec part = { message, sizeof *message };
	struct msghdr header = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control
	};
	ssize_t count = recvmsg(fd, &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	struct cmsghdr *item = count > 0 ? CMSG_FIRSTHDR(&header) : NULL;
	*passed = -1;
	if (item && item->cmsg_type == SCM_RIGHTS)
		memcpy(passed, CMSG_DATA(item), sizeof *passed);
	return count;
}

/* Takes all that the child has said; frees the stream when that is a failure. */
void take_launch_messages(struct stream *stream)
{
	struct launch_message message = { 0 };
	int passed;
	for (ssize_t count; (count = receive(stream->sync.fd, &message, &passed)) >= 0;) {
		if (!count)
			return launched(stream);
		if (message.kind == LAUNCH_TERMINAL && passed >= 0)
			take_terminal(stream, passed);
		if (message.kind == LAUNCH_PID)
			stream->pid = message.pid;
		if (message.kind == LAUNCH_ERROR) {
			send_failure(stream->id, &message.err);
			return stream_free(stream);
		}
	}
}

static void sync_ready(struct watch *watch, uint32_t events)
{
	(void)events;
	take_launch_messages(watch->owner);
}

/* A new user namespace has all ids of the node's. */
static int map_users(pid_t pid, struct error *err)
{
	static const char *const files[] = { "/uid_map", "/gid_map" };
	for (int i = 0; i < 2; i++) {
		char path[64];
		join_text(path, sizeof path, "/proc/", decimal(pid), files[i], NULL);
		if (write_file(path, "0 0 4294967295\n", err) < 0)
			return -1;
	}
	return 0;
}

bool joins_pid(const struct launch *launch)
{
	struct attrs list = launch->spec;
	for (struct attr attr; attr_next(&list, &attr);)
		if (attr.tag == ATTR_JOIN && find_u32(attr_list(&attr), ATTR_KIND, 0) == CLONE_NEWPID)
			return true;
	return launch->join_pid > 0;
}

static int start_child(struct launch *launch, struct stream *stream, struct error *err)
{
	int auto_close cgroup = open_cgroup(launch, err);
	if (cgroup == -2)
		return -1;
	if (launch->join_pid && (launch->join_pidfd = (int)syscall(SYS_pidfd_open, launch->join_pid, 0)) < 0)
		return fail(err, 0, "no process ", decimal(launch->join_pid), NULL);
	if (!launch->terminal && open_pipes(launch, stream, err) < 0)
		return -1;
	int sync[2], release[2] = { -1, -1 };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sync) < 0)
		return fail(err, 0, "socketpair", NULL);
	if (launch->unshare & CLONE_NEWUSER && pipe2(release, O_CLOEXEC) < 0)
		return fail(err, 0, "pipe", NULL);
	launch->sync = sync[1];
	launch->release = release[0];
	stream->sync = (struct watch){ .fd = sync[0], .owner = stream, .ready = sync_ready };
	watch_set(&stream->sync, EPOLLIN);
	/* A PID namespace is joined by a child of the one that asks: what is new is made by that child. */
	uint32_t flags = joins_pid(launch) ? 0 : launch->unshare;
	/* A new user namespace is given its ids by the agent while the child waits. */
	bool waits = launch->unshare & CLONE_NEWUSER;
	stream->pid = waits ? clone_child(flags, cgroup) : clone_launch(launch, flags, cgroup);
	if (!stream->pid) {
		cleanup_close(&release[1]);
		launch_child(launch);
	}
	else if (stream->pid > 0)
		hide_process(stream->pid, find_u32(launch->spec, ATTR_HIDDEN, 0));
	int result = 0;
	if (stream->pid < 0)
		result = fail(err, 0, "clone", NULL);
	else if (launch->unshare & CLONE_NEWUSER && (result = map_users(stream->pid, err)) < 0)
		kill(stream->pid, SIGKILL);
	cleanup_close(&release[0]);
	cleanup_close(&release[1]);
	return result;
}

void handle_spawn(uint32_t id, struct attrs request)
{
	struct launch launch = { 0 };
	struct error err;
	read_spec(&launch, request);
	struct stream *stream = stream_new(STREAM_PROCESS, id);
	int result = launch.argv[0] ? start_child(&launch, stream, &err)
				    : fail(&err, EINVAL, "no program given", NULL);
	close_child_ends(&launch);
	if (result == 0)
		return;
	send_failure(id, &err);
	stream_free(stream);
}
