/* Starting processes: the child's side, from clone to exec. Failures go to the agent over `sync`. */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static void report(int sync, const struct launch_message *message, int passed)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec part = { (void *)message, sizeof *message };
	struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };
	if (passed >= 0) {
		header.msg_control = control;
		header.msg_controllen = sizeof control;
		struct cmsghdr *item = CMSG_FIRSTHDR(&header);
		item->cmsg_level = SOL_SOCKET;
		item->cmsg_type = SCM_RIGHTS;
		item->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(item), &passed, sizeof passed);
	}
	if (sendmsg(sync, &header, MSG_NOSIGNAL) < 0)
		_exit(125);
}

static int join_one(const char *path, int kind, struct error *err)
{
	int auto_close fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(err, 0, "open namespace ", path, NULL);
	if (setns(fd, kind) < 0)
		return fail(err, 0, "join namespace ", path, NULL);
	return 0;
}

int join_namespaces(struct launch *launch, struct error *err)
{
	struct attrs list = launch->spec;
	for (struct attr attr; attr_next(&list, &attr);) {
		if (attr.tag != ATTR_JOIN)
			continue;
		const char *path = find_text(attr_list(&attr), ATTR_PATH);
		if (join_one(path ? path : "", (int)find_u32(attr_list(&attr), ATTR_KIND, 0), err) < 0)
			return -1;
	}
	const int all = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC |
			CLONE_NEWCGROUP;
	if (launch->join_pid && setns(launch->join_pidfd, all) < 0)
		return fail(err, 0, "join the namespaces of process ", decimal(launch->join_pid), NULL);
	return 0;
}

/* The process in the joined PID namespace is a child of this one, given to the agent as its own. */
static int fork_inside(struct launch *launch, struct error *err)
{
	int gate[2];
	if (pipe2(gate, O_CLOEXEC) < 0)
		return fail(err, 0, "pipe", NULL);
	pid_t pid = clone_child(CLONE_PARENT | launch->unshare, -1);
	if (pid < 0)
		return fail(err, 0, "clone", NULL);
	if (pid) {
		struct launch_message message = { .kind = LAUNCH_PID, .pid = pid };
		report(launch->sync, &message, -1);
		_exit(0);
	}
	/* Its pid is known to the agent before it can end. */
	char nothing;
	close(gate[1]);
	if (read(gate[0], &nothing, 1) < 0)
		return fail(err, 0, "wait", NULL);
	close(gate[0]);
	return 0;
}

static int set_oom_score(struct launch *launch, struct error *err)
{
	struct attr attr;
	if (!find_attr(launch->spec, ATTR_OOM_SCORE_ADJ, &attr))
		return 0;
	return write_file("/proc/self/oom_score_adj", decimal((int32_t)attr_u32(&attr)), err);
}

static int open_node_files(struct launch *launch, struct error *err)
{
	launch->node_null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (launch->node_null < 0)
		return fail(err, 0, "open /dev/null", NULL);
	if (launch->terminal)
		launch->node_ptmx = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	return 0;
}

static int isolate(struct launch *launch, struct error *err)
{
	if (set_oom_score(launch, err) < 0 || open_node_files(launch, err) < 0)
		return -1;
	if (limit_resources(launch->spec, err) < 0 || join_namespaces(launch, err) < 0)
		return -1;
	if (joins_pid(launch) && fork_inside(launch, err) < 0)
		return -1;
	setsid();
	if (launch->unshare & CLONE_NEWCGROUP && unshare(CLONE_NEWCGROUP) < 0)
		return fail(err, 0, "unshare the cgroup namespace", NULL);
	if (launch->hostname && sethostname(launch->hostname, strlen(launch->hostname)) < 0)
		return fail(err, 0, "set the host name", NULL);
	if (launch->rootfs && setup_rootfs(launch, err) < 0)
		return -1;
	return finish_rootfs(launch, err);
}

/* As runc: the terminal is the container's console, too. Without a /dev of its own there is none. */
static void bind_console(int master)
{
	char path[64];
	unsigned number;
	if (ioctl(master, TIOCGPTN, &number) < 0)
		return;
	join_text(path, sizeof path, "/dev/pts/", decimal(number), NULL);
	if (mknod("/dev/console", S_IFREG | 0666, 0) < 0 && errno != EEXIST)
		return;
	if (mount(path, "/dev/console", NULL, MS_BIND, NULL) < 0)
		unlink("/dev/console");
}

int setup_terminal(struct launch *launch, struct error *err)
{
	bool inside = launch->rootfs || launch->join_pid;
	int master = inside ? open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
	if (master < 0)
		master = launch->node_ptmx;
	int unlock = 0;
	if (master < 0 || ioctl(master, TIOCSPTLCK, &unlock) < 0)
		return fail(err, 0, "open a terminal", NULL);
	int fd = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return fail(err, 0, "open the terminal's other side", NULL);
	struct winsize size = {
		.ws_row = (unsigned short)launch->rows, .ws_col = (unsigned short)launch->columns
	};
	ioctl(fd, TIOCSWINSZ, &size);
	ioctl(fd, TIOCSCTTY, 0);
	if (launch->rootfs && master != launch->node_ptmx)
		bind_console(master);
	struct launch_message message = { .kind = LAUNCH_TERMINAL };
	report(launch->sync, &message, master);
	launch->terminal_fd = fd;
	return 0;
}

static void set_streams(struct launch *launch)
{
	for (int end = 0; end < ENDS; end++) {
		int fd = launch->terminal ? launch->terminal_fd : launch->fds[end];
		dup2(fd >= 0 ? fd : launch->node_null, end);
	}
}

/* As Docker: a working directory that is not there is made. */
static int enter_directory(struct launch *launch, struct error *err)
{
	const char *cwd = launch->cwd ? launch->cwd : "/";
	if (chdir(cwd) == 0)
		return 0;
	if (errno == ENOENT && (launch->rootfs || launch->join_pid) && make_dirs(cwd, 0755, err) < 0)
		return -1;
	if (chdir(cwd) < 0)
		return fail(err, 0, "chdir to cwd (\"", cwd, "\")", NULL);
	return 0;
}

static void set_home(struct launch *launch, const struct user *user)
{
	static char home[sizeof user->home + 8];
	char **last = launch->env;
	for (; *last; last++)
		if (!strncmp(*last, "HOME=", 5))
			return;
	join_text(home, sizeof home, "HOME=", user->home, NULL);
	*last = home;
}

static int execute(struct launch *launch, struct error *err)
{
	if (launch->init) {
		/* This program is not to be found in the new root: it was opened before. */
		char **argv = must_alloc(sizeof *argv * 1024);
		int count = 0;
		argv[count++] = "/sbin/docker-init";
		argv[count++] = "--";
		argv[count++] = launch->path;
		for (int i = 0; launch->argv[i] && count < 1023; i++)
			argv[count++] = launch->argv[i];
		syscall(SYS_execveat, launch->release, "", argv, launch->env, 0x1000 /* AT_EMPTY_PATH */);
	} else
		execve(launch->path, launch->argv, launch->env);
	return fail_text(err, errno, "exec ", launch->path, ": ", errno_text(errno), NULL);
}

static int become_program(struct launch *launch, struct error *err)
{
	struct user user = { 0 };
	if (find_user(launch->user, &user, err) < 0)
		return -1;
	if (launch->terminal) {
		if (setup_terminal(launch, err) < 0)
			return -1;
		if (fchown(launch->terminal_fd, user.uid, (gid_t)-1) < 0)
			return fail(err, 0, "chown the terminal", NULL);
	}
	set_streams(launch);
	set_home(launch, &user);
	if (enter_directory(launch, err) < 0 || become_user(launch, &user, err) < 0)
		return -1;
	umask(0022);
	if (find_program(launch, err) < 0)
		return -1;
	return execute(launch, err);
}

static int wait_for_release(struct launch *launch, struct error *err)
{
	char nothing;
	if (launch->release >= 0 && read(launch->release, &nothing, 1) < 0)
		return fail(err, 0, "wait", NULL);
	cleanup_close(&launch->release);
	launch->release = launch->init ? open("/proc/self/exe", O_RDONLY | O_CLOEXEC) : -1;
	return 0;
}

void launch_child(struct launch *launch)
{
	struct launch_message message = { .kind = LAUNCH_ERROR };
	sigset_t none;
	sigemptyset(&none);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (wait_for_release(launch, &message.err) == 0 && isolate(launch, &message.err) == 0)
		become_program(launch, &message.err);
	report(launch->sync, &message, -1);
	_exit(125);
}
