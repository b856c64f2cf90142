// The first process of a node. Started by the kernel from the initramfs, it moves to a tmpfs root (the kernel
// refuses pivot_root while the initramfs is the root, and containers need it), mounts the kernel's file systems,
// then starts the agent, starts it again whenever it ends, and collects orphans. It never ends.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define AGENT "/usr/lib/drydock/agent"
#define WARM_UP "/usr/lib/drydock/warm-up"
#define NEW_ROOT "/.root"

static void say(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	dprintf(2, "drydock: ");
	vdprintf(2, format, list);
	dprintf(2, "\n");
	va_end(list);
}

static void stop(const char *what)
{
	say("%s: %s; the node cannot start", what, strerror(errno));
	for (;;)
		pause();
}

static void copy_data(const char *from, const char *to, mode_t mode)
{
	static char buffer[65536];
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	ssize_t got;

	if (in < 0 || out < 0)
		stop(from);
	while ((got = read(in, buffer, sizeof(buffer))) > 0)
		if (write(out, buffer, (size_t)got) != got)
			stop(to);
	close(in);
	close(out);
}

// Moves everything in `from` to `to`; memory is given back file by file.
static void move_tree(const char *from, const char *to)
{
	DIR *folder = opendir(from);
	struct dirent *entry;

	if (!folder)
		stop(from);
	while ((entry = readdir(folder))) {
		char source[512], target[512], link[512];
		struct stat facts;
		ssize_t length;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(source, sizeof(source), "%s/%s", strcmp(from, "/") ? from : "", entry->d_name);
		snprintf(target, sizeof(target), "%s/%s", to, entry->d_name);
		if (!strcmp(source, NEW_ROOT) || lstat(source, &facts))
			continue;
		if (S_ISDIR(facts.st_mode)) {
			mkdir(target, facts.st_mode & 07777);
			move_tree(source, target);
			chmod(target, facts.st_mode & 07777);
			rmdir(source);
			continue;
		}
		if (S_ISLNK(facts.st_mode)) {
			length = readlink(source, link, sizeof(link) - 1);
			link[length < 0 ? 0 : length] = '\0';
			if (symlink(link, target))
				stop(target);
		} else if (S_ISREG(facts.st_mode)) {
			copy_data(source, target, facts.st_mode & 07777);
			chmod(target, facts.st_mode & 07777);
		}
		unlink(source);
	}
	closedir(folder);
}

static void enter_root(void)
{
	mkdir(NEW_ROOT, 0755);
	if (mount("tmpfs", NEW_ROOT, "tmpfs", 0, "mode=755,size=75%"))
		stop("mount the root");
	move_tree("/", NEW_ROOT);
	if (chdir(NEW_ROOT) || mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		stop("enter the root");
}

static void attach(const char *type, const char *path, unsigned long flags, const char *options)
{
	mkdir(path, 0755);
	if (mount(type, path, type, flags, options))
		say("mount %s: %s", path, strerror(errno));
}

static void mount_all(void)
{
	const unsigned long quiet = MS_NOSUID | MS_NODEV | MS_NOEXEC;

	attach("devtmpfs", "/dev", MS_NOSUID, "mode=755");
	attach("proc", "/proc", quiet, NULL);
	attach("sysfs", "/sys", quiet, NULL);
	attach("cgroup2", "/sys/fs/cgroup", quiet, "nsdelegate,memory_recursiveprot");
	attach("devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "gid=5,mode=620,ptmxmode=666");
	attach("tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, NULL);
	attach("mqueue", "/dev/mqueue", quiet, NULL);
	attach("tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=755,size=50%");
	symlink("/proc/self/fd", "/dev/fd");
	symlink("/proc/self/fd/0", "/dev/stdin");
	symlink("/proc/self/fd/1", "/dev/stdout");
	symlink("/proc/self/fd/2", "/dev/stderr");
	mkdir("/run/lock", 0755);
	// As systemd does: mounts made later are seen in every mount namespace that asks for it.
	mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL);
}

static void put(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);

	if (file < 0 || write(file, text, strlen(text)) < 0)
		say("%s: %s", path, strerror(errno));
	if (file >= 0)
		close(file);
}

static void settle(void)
{
	put("/sys/fs/cgroup/cgroup.subtree_control", "+cpu +io +memory +pids");
	put("/proc/sys/net/bridge/bridge-nf-call-iptables", "1");
	put("/proc/sys/kernel/panic", "0");
	put("/proc/sys/vm/overcommit_memory", "1");
	put("/proc/sys/kernel/printk", "4 4 1 7");
	if (sethostname("node", 4))
		say("hostname: %s", strerror(errno));
}

static pid_t start_agent(void)
{
	char *const arguments[] = { AGENT, NULL };
	char *const environment[] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"HOME=/root", "LANG=C.UTF-8", NULL,
	};
	sigset_t none;
	pid_t pid = fork();

	if (pid)
		return pid;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	execve(AGENT, arguments, environment);
	say("%s: %s", AGENT, strerror(errno));
	_exit(127);
}

static void say_memory(const char *facts)
{
	const char *line = strstr(facts, "MemAvailable:");

	if (line)
		say("%.*s", (int)strcspn(line, "\n"), line);
}

// The builder of the saved state asks for this on the kernel's command line; the line at the end is what it waits for.
static void warm_up(void)
{
	static char line[4096], memory[512];
	char *const arguments[] = { WARM_UP, NULL };
	char *const environment[] = { "PATH=/usr/sbin:/usr/bin", "HOME=/root", "TERM=dumb", NULL };
	int file = open("/proc/cmdline", O_RDONLY | O_CLOEXEC), status = 0;
	pid_t pid;

	if (file < 0 || read(file, line, sizeof(line) - 1) < 0 || !strstr(line, "drydock.warmup"))
		return;
	close(file);
	pid = fork();
	if (!pid) {
		execve(WARM_UP, arguments, environment);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	unlink(WARM_UP);
	file = open("/proc/meminfo", O_RDONLY | O_CLOEXEC);
	if (file >= 0 && read(file, memory, sizeof(memory) - 1) > 0)
		say_memory(memory);
	close(file);
	say("warm-up ended (status %d)", status);
}

// The emulator cannot reset a machine, so a reboot also ends in a stopped machine; the line says which was asked for.
static void power_down(const char *what, int how)
{
	kill(-1, SIGTERM);
	sleep(1);
	kill(-1, SIGKILL);
	sync();
	say("%s", what);
	reboot(how);
	for (;;)
		pause();
}

static void obey(int signal)
{
	if (signal == SIGUSR1)
		power_down("halt", RB_HALT_SYSTEM);
	if (signal == SIGUSR2)
		power_down("power off", RB_POWER_OFF);
	if (signal == SIGTERM || signal == SIGINT)
		power_down("reboot", RB_HALT_SYSTEM);
}

static time_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

// The agent is started again at once, but not more than once in a second.
static void watch_over(const sigset_t *signals)
{
	const struct timespec second = { .tv_sec = 1 };
	pid_t agent = -1, ended;
	time_t started = -1;
	int signal, status;

	for (;;) {
		if (agent < 0 && seconds() > started) {
			agent = start_agent();
			started = seconds();
		}
		signal = agent > 0 ? sigwaitinfo(signals, NULL) : sigtimedwait(signals, NULL, &second);
		obey(signal);
		while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
			if (ended != agent)
				continue;
			say("the agent ended (status %d), starting it again", status);
			agent = -1;
		}
	}
}

int main(void)
{
	sigset_t signals;

	umask(0);
	if (getpid() != 1) {
		say("this is a node's first process and nothing else");
		return 1;
	}
	enter_root();
	mount_all();
	settle();
	umask(022);
	warm_up();
	sigfillset(&signals);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	watch_over(&signals);
}
