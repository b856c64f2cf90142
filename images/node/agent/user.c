/* Who a process is and what it may do: users and groups of its root, capabilities, limits, its program. */
#include "agent.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DATABASE_MAX 65536

static bool is_number(const char *text, uint32_t *value)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);
	*value = (uint32_t)number;
	return *text && !*end;
}

/* Splits a line at its colons; answers the start of the next line or NULL. */
static char *split_line(char *line, char *fields[], int count)
{
	char *next = strchr(line, '\n');
	if (next)
		*next++ = 0;
	for (int i = 0; i < count; i++) {
		fields[i] = line;
		char *colon = strchr(line, ':');
		if (colon)
			*colon++ = 0;
		line = colon ? colon : line + strlen(line);
	}
	return next;
}

/* Finds the line whose name or number is `wanted`. */
static bool find_line(char *text, const char *wanted, char *fields[], int count)
{
	for (char *next = text; next && *next;) {
		next = split_line(next, fields, count);
		if (!strcmp(fields[0], wanted) || !strcmp(fields[2], wanted))
			return true;
	}
	return false;
}

static void find_groups_of(const char *name, struct user *user)
{
	char auto_free *text = must_alloc(DATABASE_MAX);
	if (read_file("/etc/group", text, DATABASE_MAX) < 0)
		return;
	char *fields[4];
	for (char *next = text; next && *next;) {
		next = split_line(next, fields, 4);
		for (char *rest = fields[3], *member; (member = strsep(&rest, ","));)
			if (!strcmp(member, name) && user->group_count < 64)
				user->groups[user->group_count++] = (gid_t)strtoul(fields[2], NULL, 10);
	}
}

static int find_passwd(const char *wanted, bool groups, struct user *user, struct error *err)
{
	char auto_free *text = must_alloc(DATABASE_MAX);
	char *fields[7];
	uint32_t number;
	bool found = read_file("/etc/passwd", text, DATABASE_MAX) >= 0 && find_line(text, wanted, fields, 7);
	join_text(user->home, sizeof user->home, found && *fields[5] ? fields[5] : "/", NULL);
	if (!found) {
		if (!is_number(wanted, &number))
			return fail_text(err, EINVAL, "unable to find user ", wanted,
				": no matching entries in passwd file", NULL);
		user->uid = number;
		user->gid = 0;
		return 0;
	}
	user->uid = (uid_t)strtoul(fields[2], NULL, 10);
	user->gid = (gid_t)strtoul(fields[3], NULL, 10);
	if (groups)
		find_groups_of(fields[0], user);
	return 0;
}

static int find_group(const char *wanted, struct user *user, struct error *err)
{
	char auto_free *text = must_alloc(DATABASE_MAX);
	char *fields[4];
	uint32_t number;
	if (read_file("/etc/group", text, DATABASE_MAX) >= 0 && find_line(text, wanted, fields, 4))
		user->gid = (gid_t)strtoul(fields[2], NULL, 10);
	else if (is_number(wanted, &number))
		user->gid = number;
	else
		return fail_text(err, EINVAL, "unable to find group ", wanted,
			": no matching entries in group file", NULL);
	return 0;
}

/* After github.com/moby/sys/user: GetExecUser. */
int find_user(const char *name, struct user *user, struct error *err)
{
	char wanted[256];
	join_text(wanted, sizeof wanted, name && *name ? name : "0", NULL);
	char *group = strchr(wanted, ':');
	if (group)
		*group++ = 0;
	bool named = group && *group;
	if (find_passwd(*wanted ? wanted : "0", !named, user, err) < 0)
		return -1;
	return named ? find_group(group, user, err) : 0;
}

static int drop_bounding(uint64_t kept, struct error *err)
{
	for (unsigned long number = 0; number <= 63; number++) {
		if (kept >> number & 1)
			continue;
		if (prctl(PR_CAPBSET_DROP, number, 0, 0, 0) < 0)
			return errno == EINVAL ? 0 : fail(err, 0, "drop capability", NULL);
	}
	return 0;
}

static int set_capabilities(uint64_t kept, struct error *err)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };
	for (int i = 0; i < 2; i++)
		data[i].effective = data[i].permitted = (uint32_t)(kept >> 32 * i);
	if (syscall(SYS_capset, &header, data) < 0)
		return fail(err, 0, "capset", NULL);
	return 0;
}

int become_user(struct launch *launch, const struct user *user, struct error *err)
{
	struct attr attr;
	uint64_t kept = ~0ull;
	bool limited = find_attr(launch->spec, ATTR_CAPABILITIES, &attr) && attr.length == 8;
	if (limited)
		memcpy(&kept, attr.value, 8);
	gid_t groups[128];
	size_t count = 0;
	for (; count < user->group_count; count++)
		groups[count] = user->groups[count];
	struct attrs list = launch->spec;
	for (struct attr item; attr_next(&list, &item) && count < 128;)
		if (item.tag == ATTR_GROUP)
			groups[count++] = (gid_t)attr_u32(&item);
	if (limited && drop_bounding(kept, err) < 0)
		return -1;
	if (setgroups(count, groups) < 0 || setgid(user->gid) < 0 || setuid(user->uid) < 0)
		return fail(err, 0, "become user ", decimal(user->uid), NULL);
	/* Another user than root has lost all of them by now. */
	if (limited && user->uid == 0 && set_capabilities(kept, err) < 0)
		return -1;
	if (find_u32(launch->spec, ATTR_NO_NEW_PRIVILEGES, 0) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return fail(err, 0, "no_new_privs", NULL);
	return 0;
}

/* A limit is its resource and two 64-bit numbers, soft and hard. */
int limit_resources(struct attrs spec, struct error *err)
{
	for (struct attr attr; attr_next(&spec, &attr);) {
		uint32_t resource;
		uint64_t limits[2];
		if (attr.tag != ATTR_RLIMIT || attr.length != 20)
			continue;
		memcpy(&resource, attr.value, 4);
		memcpy(limits, attr.value + 4, 16);
		if (syscall(SYS_prlimit64, 0, resource, limits, NULL) < 0)
			return fail(err, 0, "setrlimit", NULL);
	}
	return 0;
}

static const char *search_path(struct launch *launch)
{
	for (char **env = launch->env; *env; env++)
		if (!strncmp(*env, "PATH=", 5))
			return *env + 5;
	return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

/* Answers 0 when the file can be run, an errno otherwise. */
static int runnable(const char *path)
{
	struct stat info;
	if (stat(path, &info) < 0)
		return errno;
	if (S_ISDIR(info.st_mode))
		return EISDIR;
	return access(path, X_OK) < 0 ? EACCES : 0;
}

/* After os/exec: LookPath, whose errors a container's start shows. */
int find_program(struct launch *launch, struct error *err)
{
	const char *name = launch->argv[0];
	if (strchr(name, '/')) {
		join_text(launch->path, sizeof launch->path, name, NULL);
		int number = runnable(name);
		const char *text = errno_text(number);
		if (number == ENOENT || number == ENOTDIR)
			return fail_text(err, number, "exec: \"", name, "\": stat ", name, ": ", text, NULL);
		return number ? fail_text(err, number == EISDIR ? EACCES : number, "exec: \"", name, "\": ",
					text, NULL)
			      : 0;
	}
	int seen = ENOENT;
	for (const char *at = search_path(launch); *name && *at;) {
		size_t length = strcspn(at, ":");
		char directory[2048];
		join_text(directory, length + 1 < sizeof directory ? length + 1 : sizeof directory, at, NULL);
		join_text(launch->path, sizeof launch->path, length ? directory : ".", "/", name, NULL);
		int number = runnable(launch->path);
		if (!number)
			return 0;
		if (number == EACCES)
			seen = EACCES;
		at += length + (at[length] == ':');
	}
	return fail_text(err, seen, "exec: \"", name, "\": ",
		seen == EACCES ? "permission denied" : "executable file not found in $PATH", NULL);
}
