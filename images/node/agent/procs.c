/* Every process of the node, from /proc, in one answer. */
#include "agent.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXT_MAX 8192
#define ARGS_MAX 4096
#define NAMESPACES 8
#define KNOWN_MAX 256
#define KNOWN_DEPTH 4
/* Kernel threads are its children. */
#define KTHREADD 2

/* Sent as it is; the namespaces in the order of src/node/agent/facts.ts, then the PIDs. */
struct fact {
	uint32_t pid, ppid, uid, rss_kb, cpu_ms, start_ms, state;
	uint32_t namespaces[NAMESPACES];
	uint32_t nspid[32];
};

static const char *const namespace_names[NAMESPACES] = { "pid", "mnt", "net", "uts", "ipc", "user", "cgroup",
	"time" };

static int read_at(int dir, const char *name, char *text, size_t size)
{
	int auto_close fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t count = fd < 0 ? -1 : read(fd, text, size - 1);
	text[count > 0 ? count : 0] = 0;
	return (int)count;
}

/* Field `number` of /proc/<pid>/stat, counted from 1; `rest` begins at field 3. */
static unsigned long long stat_field(const char *rest, int number)
{
	for (int at = 3; at < number && rest; at++) {
		rest = strchr(rest, ' ');
		if (rest)
			rest++;
	}
	return rest ? strtoull(rest, NULL, 10) : 0;
}

/* Answers the command's name, cut out of the text. */
static const char *read_stat(char *text, struct fact *fact)
{
	const uint32_t tick_ms = 1000 / (uint32_t)sysconf(_SC_CLK_TCK);
	char *open = strchr(text, '('), *close = strrchr(text, ')');
	if (!open || !close || !close[1])
		return NULL;
	*close = 0;
	char *rest = close + 2;
	fact->state = (uint8_t)*rest;
	fact->ppid = (uint32_t)stat_field(rest, 4);
	fact->cpu_ms = (uint32_t)(stat_field(rest, 14) + stat_field(rest, 15)) * tick_ms;
	fact->start_ms = (uint32_t)(stat_field(rest, 22) * tick_ms);
	fact->rss_kb = (uint32_t)stat_field(rest, 24) * 4;
	return open + 1;
}

/* PIDs from the outermost namespace to the innermost; answers their number, none when the process has just ended. */
static size_t parse_nspid(int dir, struct fact *fact)
{
	static char text[TEXT_MAX];
	const char *at = read_at(dir, "status", text, sizeof text) > 0 ? strstr(text, "\nNSpid:") : NULL;
	size_t count = 0;
	if (!at)
		return 0;
	for (at += 7; *at == '\t' && count < 32;) {
		char *end;
		fact->nspid[count++] = (uint32_t)strtoul(at, &end, 10);
		at = end;
	}
	return count;
}

/* They never change, and `status` is long: they are kept until another process takes the place. */
static size_t read_nspid(int dir, struct fact *fact)
{
	static struct known {
		uint32_t pid, start_ms, count, nspid[KNOWN_DEPTH];
	} all[KNOWN_MAX];
	struct known *known = &all[fact->pid % KNOWN_MAX];
	if (known->pid != fact->pid || known->start_ms != fact->start_ms) {
		size_t count = parse_nspid(dir, fact);
		if (!count || count > KNOWN_DEPTH)
			return count;
		*known = (struct known){ .pid = fact->pid, .start_ms = fact->start_ms, .count = (uint32_t)count };
		memcpy(known->nspid, fact->nspid, sizeof known->nspid);
	}
	memcpy(fact->nspid, known->nspid, sizeof known->nspid);
	return known->count;
}

/* `pid:[4026531836]`: to read a link is cheaper than to go through it. */
static void read_namespaces(int dir, struct fact *fact)
{
	int auto_close links = openat(dir, "ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (int i = 0; i < NAMESPACES; i++) {
		char text[32] = "";
		ssize_t count = readlinkat(links, namespace_names[i], text, sizeof text - 1);
		const char *number = count > 0 ? strchr(text, '[') : NULL;
		if (number)
			fact->namespaces[i] = (uint32_t)strtoul(number + 1, NULL, 10);
	}
}

static void put_cgroup(int dir, struct buffer *answer)
{
	char text[1024];
	read_at(dir, "cgroup", text, sizeof text);
	char *line = strstr(text, "0::");
	if (!line)
		return;
	line[strcspn(line, "\n")] = 0;
	put_text(answer, ATTR_CGROUP, line + 3);
}

/* The namespaces of the node. */
static const uint32_t *node_namespaces(void)
{
	static struct fact node;
	if (!node.namespaces[0]) {
		int auto_close own = open("/proc/self", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
		read_namespaces(own, &node);
	}
	return node.namespaces;
}

/* What a thread of the kernel has needs no reading: the namespaces are those of the node. */
static size_t kernel_facts(struct fact *fact, struct buffer *answer)
{
	memcpy(fact->namespaces, node_namespaces(), sizeof fact->namespaces);
	fact->nspid[0] = fact->pid;
	put_text(answer, ATTR_CGROUP, "/");
	return 1;
}

/* Answers the number of PIDs it has; none when the process has just ended. */
static size_t user_facts(int dir, struct fact *fact, struct buffer *answer)
{
	static char text[TEXT_MAX];
	struct stat info;
	int length = read_at(dir, "cmdline", text, ARGS_MAX);
	if (length > 0)
		put_attr(answer, ATTR_ARG, text, (size_t)length + (text[length - 1] != 0));
	put_cgroup(dir, answer);
	read_namespaces(dir, fact);
	/* Its directory is the effective user's. */
	if (fstat(dir, &info) < 0)
		return 0;
	fact->uid = info.st_uid;
	if (fact->namespaces[0] != *node_namespaces())
		return read_nspid(dir, fact);
	fact->nspid[0] = fact->pid;
	return 1;
}

/* A process may end while it is read: then it is left out. */
static void put_process(int proc, const char *name, struct buffer *answer)
{
	static char text[TEXT_MAX];
	struct fact fact = { .pid = (uint32_t)strtoul(name, NULL, 10) };
	int auto_close dir = openat(proc, name, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	if (dir < 0 || read_at(dir, "stat", text, sizeof text) <= 0)
		return;
	size_t before = answer->end - answer->start;
	size_t begin = put_begin(answer, ATTR_PROCESS);
	const char *comm = read_stat(text, &fact);
	if (comm)
		put_text(answer, ATTR_NAME, comm);
	bool kernel = fact.ppid == KTHREADD || fact.pid == KTHREADD;
	size_t pids = kernel ? kernel_facts(&fact, answer) : user_facts(dir, &fact, answer);
	if (!pids) {
		answer->end = answer->start + before;
		return;
	}
	put_attr(answer, ATTR_DATA, &fact, offsetof(struct fact, nspid) + pids * sizeof *fact.nspid);
	put_end(answer, begin);
}

void handle_processes(uint32_t id)
{
	struct error err;
	struct buffer answer = { 0 };
	DIR *proc = opendir("/proc");
	if (!proc) {
		fail(&err, 0, "open /proc", NULL);
		return send_failure(id, &err);
	}
	for (struct dirent *item; (item = readdir(proc));)
		if (*item->d_name >= '1' && *item->d_name <= '9')
			put_process(dirfd(proc), item->d_name, &answer);
	closedir(proc);
	send_long(FRAME_RESULT, id, &answer);
	buffer_free(&answer);
}
