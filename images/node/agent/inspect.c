/* What the kernel says of itself, many facts an answer: trees of small files, network namespaces, layers. */
#include "agent.h"
#include "netlink.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/magic.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#define DEPTH_MAX 32
#define FILE_MAX 16384
/* The kernel ends a read where the next line would not fit a page: a shorter one was the last. */
#define FILE_LINE_MAX 2048
#define NETNS_MAX 128

static void cleanup_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}
#define auto_closedir __attribute__((cleanup(cleanup_dir)))

static DIR *open_dir(int parent, const char *name)
{
	int fd = openat(parent, name, O_DIRECTORY | O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (fd >= 0 && !dir)
		close(fd);
	return dir;
}

static bool is_dots(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

/* A file that is not there is left out: name, NUL, content. */
static void put_file(int dir, const char *path, const char *name, struct buffer *answer)
{
	static char text[FILE_MAX];
	int auto_close fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	ssize_t count = 0, part = fd < 0 ? -1 : FILE_LINE_MAX;
	while (part >= FILE_LINE_MAX && count < FILE_MAX) {
		part = read(fd, text + count, (size_t)(FILE_MAX - count));
		count += part > 0 ? part : 0;
	}
	if (part < 0)
		return;
	size_t begin = put_begin(answer, ATTR_FILE);
	buffer_add(answer, name, strlen(name) + 1);
	buffer_add(answer, text, (size_t)count);
	put_end(answer, begin);
}

/* `path` is what was walked below the root, and has room for more. */
static void put_tree(DIR *dir, char path[4096], struct attrs names, int depth, struct buffer *answer)
{
	size_t begin = put_begin(answer, ATTR_ENTRY), length = strlen(path);
	put_text(answer, ATTR_PATH, *path ? path : "/");
	struct attrs wanted = names;
	for (struct attr name; attr_next(&wanted, &name);)
		if (name.tag == ATTR_NAME)
			put_file(dirfd(dir), attr_text(&name), attr_text(&name), answer);
	put_end(answer, begin);
	for (struct dirent *item; depth < DEPTH_MAX && (item = readdir(dir));) {
		if (item->d_type != DT_DIR || is_dots(item->d_name))
			continue;
		auto_closedir DIR *below = open_dir(dirfd(dir), item->d_name);
		if (below && join_text(path + length, 4096 - length, "/", item->d_name, NULL))
			put_tree(below, path, names, depth + 1, answer);
		path[length] = 0;
	}
}

static int tree_op(const char *root, struct attrs attrs, struct buffer *answer, struct error *err)
{
	char path[4096] = "";
	auto_closedir DIR *dir = open_dir(AT_FDCWD, root);
	if (!dir)
		return fail(err, 0, "open ", root, NULL);
	put_tree(dir, path, attrs, 0, answer);
	return 0;
}

/* Adds the kernel's messages as they are; answers false when it refused. */
static bool put_dump(int fd, uint16_t type, const void *body, size_t length, struct buffer *answer)
{
	struct message request;
	message_begin(&request, type, 0, body, length);
	request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	if (send(fd, &request, request.header.nlmsg_len, 0) < 0)
		return false;
	for (;;) {
		uint8_t *at = buffer_room(answer, 32768);
		ssize_t count = recv(fd, at, 32768, 0);
		answer->end -= 32768 - (size_t)(count > 0 ? count : 0);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return false;
		struct nlmsghdr *message = (struct nlmsghdr *)at;
		for (size_t left = (size_t)count; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left))
			if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR)
				return message->nlmsg_type == NLMSG_DONE;
	}
}

static bool put_route_dump(int fd, uint16_t type, uint8_t family, struct buffer *answer)
{
	/* Long enough for the fixed part of every kind of dump. */
	struct ifinfomsg body = { .ifi_family = family };
	return put_dump(fd, type, &body, sizeof body, answer);
}

/* Sockets that wait for somebody. To open /proc/net anew for each namespace would take much longer. */
static bool put_listens(struct buffer *answer)
{
	static const struct inet_diag_req_v2 requests[] = {
		{ .sdiag_family = AF_INET, .sdiag_protocol = IPPROTO_TCP, .idiag_states = 1 << TCP_LISTEN },
		{ .sdiag_family = AF_INET, .sdiag_protocol = IPPROTO_UDP, .idiag_states = 1 << TCP_CLOSE },
	};
	int auto_close fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	size_t begin = put_begin(answer, ATTR_LISTENS);
	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
		if (fd < 0 || !put_dump(fd, SOCK_DIAG_BY_FAMILY, &requests[i], sizeof *requests, answer))
			return false;
	put_end(answer, begin);
	return true;
}

/* The number by which this network namespace knows the one of `netns`; -1 when it has none. */
static int32_t ask_nsid(int fd, int netns)
{
	struct {
		struct nlmsghdr header;
		struct rtgenmsg body;
		uint8_t rest[256];
	} answer;
	struct rtgenmsg body = { .rtgen_family = AF_UNSPEC };
	struct message request;
	message_begin(&request, RTM_GETNSID, 0, &body, sizeof body);
	message_u32(&request, NETNSA_FD, (uint32_t)netns);
	request.header.nlmsg_flags = NLM_F_REQUEST;
	if (send(fd, &request, request.header.nlmsg_len, 0) < 0 || recv(fd, &answer, sizeof answer, 0) <= 0 ||
		answer.header.nlmsg_type != RTM_NEWNSID)
		return -1;
	const struct rtattr *id =
		netlink_find((uint8_t *)&answer + NLMSG_SPACE(sizeof body),
			NLMSG_PAYLOAD(&answer.header, NLMSG_ALIGN(sizeof body)), NETNSA_NSID);
	return id ? *(int32_t *)RTA_DATA(id) : -1;
}

/* How many cables lead from here to other namespaces: so many of them have a number at most. */
static int count_cables(const uint8_t *at, size_t left)
{
	int count = 0;
	const struct nlmsghdr *message = (const struct nlmsghdr *)at;
	for (; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
		const uint8_t *attrs = (const uint8_t *)message + NLMSG_SPACE(sizeof(struct ifinfomsg));
		size_t length = NLMSG_PAYLOAD(message, sizeof(struct ifinfomsg));
		count += message->nlmsg_type == RTM_NEWLINK && netlink_find(attrs, length, IFLA_LINK_NETNSID);
	}
	return count;
}

/* Links, addresses and routes, the numbers of the other namespaces, and the sockets. */
static int put_netns(int netns, const int *others, int count, struct buffer *answer, struct error *err)
{
	int32_t nsids[NETNS_MAX];
	if (setns(netns, CLONE_NEWNET) < 0)
		return fail(err, 0, "join network namespace", NULL);
	int auto_close fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		return fail(err, 0, "netlink", NULL);
	size_t begin = put_begin(answer, ATTR_NETLINK);
	if (!put_route_dump(fd, RTM_GETLINK, AF_UNSPEC, answer))
		return fail(err, errno ? 0 : EPROTO, "netlink dump", NULL);
	int cables = count_cables(answer->bytes + answer->start + begin, buffer_length(answer) - begin);
	if (!put_route_dump(fd, RTM_GETADDR, AF_INET, answer) || !put_route_dump(fd, RTM_GETROUTE, AF_INET, answer))
		return fail(err, errno ? 0 : EPROTO, "netlink dump", NULL);
	put_end(answer, begin);
	for (int i = 0; i < count; i++) {
		nsids[i] = cables && others[i] >= 0 ? ask_nsid(fd, others[i]) : -1;
		cables -= nsids[i] >= 0;
	}
	put_attr(answer, ATTR_NSIDS, nsids, (size_t)count * sizeof *nsids);
	if (!put_listens(answer))
		return fail(err, errno ? 0 : EPROTO, "netlink dump of sockets", NULL);
	return 0;
}

/* Each namespace is an entry; one that is gone by now has an error instead. */
static int networks_op(struct attrs attrs, struct buffer *answer, struct error *err)
{
	int fds[NETNS_MAX], count = 0;
	int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (own < 0)
		return fail(err, 0, "open /proc/self/ns/net", NULL);
	for (struct attr attr; count < NETNS_MAX && attr_next(&attrs, &attr);)
		if (attr.tag == ATTR_NETNS)
			fds[count++] = open(attr_text(&attr), O_RDONLY | O_CLOEXEC);
	for (int i = 0; i < count; i++) {
		struct error problem;
		size_t begin = put_begin(answer, ATTR_ENTRY);
		if (fds[i] < 0)
			fail(&problem, ENOENT, "open network namespace", NULL);
		if (fds[i] < 0 || put_netns(fds[i], fds, count, answer, &problem) < 0) {
			answer->end = answer->start + begin;
			put_error(answer, &problem);
		}
		put_end(answer, begin);
	}
	for (int i = 0; i < count; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	leave_netns(own);
	return 0;
}

static enum sheet_kind kind_of(const char *path, const struct stat *info, bool xattrs)
{
	char value;
	if (S_ISCHR(info->st_mode))
		return info->st_rdev ? SHEET_OTHER : SHEET_WHITEOUT;
	if (S_ISREG(info->st_mode))
		return SHEET_FILE;
	if (S_ISLNK(info->st_mode))
		return SHEET_SYMLINK;
	if (!S_ISDIR(info->st_mode))
		return SHEET_OTHER;
	bool opaque = xattrs && ((lgetxattr(path, "trusted.overlay.opaque", &value, 1) == 1 && value == 'y') ||
					(lgetxattr(path, "user.overlay.opaque", &value, 1) == 1 && value == 'y'));
	return opaque ? SHEET_OPAQUE : SHEET_DIR;
}

/* What is being walked: directories that wait are paths below the root, each ended by NUL. */
struct sheet {
	const char *root;
	bool xattrs;
	uint32_t left;
	struct buffer waiting;
};

/* Answers false when there is no room for one more. */
static bool put_sheet_dir(struct sheet *sheet, const char *below, struct buffer *answer)
{
	char path[4096];
	if (!join_text(path, sizeof path, sheet->root, *below ? "/" : "", below, NULL))
		return true;
	auto_closedir DIR *dir = opendir(path);
	size_t length = strlen(path), root = strlen(sheet->root) + 1;
	for (struct dirent *item; dir && (item = readdir(dir));) {
		struct stat info;
		if (is_dots(item->d_name) || !join_text(path + length, sizeof path - length, "/", item->d_name, NULL) ||
			lstat(path, &info) < 0)
			continue;
		if (!sheet->left)
			return false;
		sheet->left--;
		uint32_t kind = kind_of(path, &info, sheet->xattrs);
		uint64_t size = S_ISREG(info.st_mode) || S_ISLNK(info.st_mode) ? (uint64_t)info.st_size : 0;
		size_t begin = put_begin(answer, ATTR_ENTRY);
		buffer_add(answer, &kind, sizeof kind);
		buffer_add(answer, &size, sizeof size);
		buffer_text(answer, path + root);
		put_end(answer, begin);
		if (kind == SHEET_DIR || kind == SHEET_OPAQUE)
			buffer_add(&sheet->waiting, path + root, strlen(path + root) + 1);
	}
	return true;
}

/* Breadth first, so that what is left out lies deep. */
static int sheet_op(const char *root, struct attrs attrs, struct buffer *answer, struct error *err)
{
	struct statfs fs;
	struct sheet sheet = { .root = root, .left = find_u32(attrs, ATTR_MAX, 400) };
	if (statfs(root, &fs) < 0)
		return fail(err, 0, "open ", root, NULL);
	sheet.xattrs = fs.f_type != V9FS_MAGIC;
	bool all = put_sheet_dir(&sheet, "", answer);
	while (all && buffer_length(&sheet.waiting)) {
		char below[4096];
		join_text(below, sizeof below, (char *)sheet.waiting.bytes + sheet.waiting.start, NULL);
		buffer_take(&sheet.waiting, strlen(below) + 1);
		all = put_sheet_dir(&sheet, below, answer);
	}
	buffer_free(&sheet.waiting);
	put_u32(answer, ATTR_COUNT, !all);
	return 0;
}

int inspect_op(uint8_t op, struct attrs attrs, struct buffer *answer, struct error *err)
{
	const char *path = find_text(attrs, ATTR_PATH);
	if (op == OP_NETWORKS)
		return networks_op(attrs, answer, err);
	if (op == OP_RULE_COUNTERS)
		return rule_counters(answer, err);
	if (!path || !*path)
		return fail(err, EINVAL, "no path", NULL);
	return op == OP_TREE ? tree_op(path, attrs, answer, err) : sheet_op(path, attrs, answer, err);
}
