/* Files: what the host reads and writes in the guest. */
#include "agent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define READ_DEFAULT (1 << 20)

/* The content, cut to the size and terminated; answers its length. */
int read_file(const char *path, char *target, size_t size)
{
	int auto_close fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	size_t used = 0;
	while (used + 1 < size) {
		ssize_t count = read(fd, target + used, size - 1 - used);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -1;
		if (!count)
			break;
		used += (size_t)count;
	}
	target[used] = 0;
	return (int)used;
}

static int write_bytes(int fd, const void *data, size_t length)
{
	const uint8_t *at = data;
	do {
		ssize_t count = write(fd, at, length);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -1;
		at += count;
		length -= (size_t)count;
	} while (length);
	return 0;
}

/* One write to a file that is there, as files of the kernel's want it. */
int write_file(const char *path, const char *text, struct error *err)
{
	int auto_close fd = open(path, O_WRONLY | O_CLOEXEC | O_TRUNC);
	if (fd < 0)
		return fail(err, 0, "open ", path, NULL);
	if (write_bytes(fd, text, strlen(text)) < 0)
		return fail(err, 0, "write ", path, NULL);
	return 0;
}

int make_dirs(const char *path, mode_t mode, struct error *err)
{
	char prefix[4096];
	if (!join_text(prefix, sizeof prefix, path, NULL))
		return fail(err, ENAMETOOLONG, "mkdir ", path, NULL);
	for (char *at = prefix + 1; *at; at++) {
		if (*at != '/')
			continue;
		*at = 0;
		if (mkdir(prefix, 0755) < 0 && errno != EEXIST)
			return fail(err, 0, "mkdir ", prefix, NULL);
		*at = '/';
	}
	struct stat info;
	if (mkdir(prefix, mode) == 0)
		return 0;
	if (errno == EEXIST && stat(prefix, &info) == 0 && S_ISDIR(info.st_mode))
		return 0;
	return fail(err, 0, "mkdir ", path, NULL);
}

static int op_mkdir(const char *path, struct attrs attrs, struct error *err)
{
	mode_t mode = find_u32(attrs, ATTR_MODE, 0755);
	if (find_u32(attrs, ATTR_PARENTS, 0))
		return make_dirs(path, mode, err);
	return mkdir(path, mode) < 0 ? fail(err, 0, "mkdir ", path, NULL) : 0;
}

static int op_write(const char *path, struct attrs attrs, struct error *err)
{
	struct attr data = { 0 };
	find_attr(attrs, ATTR_DATA, &data);
	bool append = find_u32(attrs, ATTR_APPEND, 0);
	uint32_t mode = find_u32(attrs, ATTR_MODE, 0);
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | (append ? O_APPEND : O_TRUNC);
	int auto_close fd = open(path, flags, mode ? mode : 0644);
	if (fd < 0)
		return fail(err, 0, "open ", path, NULL);
	if (mode && fchmod(fd, mode) < 0)
		return fail(err, 0, "chmod ", path, NULL);
	/* Files of the kernel's take an empty write as one, too. */
	if (write_bytes(fd, data.value, data.length) < 0)
		return fail(err, 0, "write ", path, NULL);
	return 0;
}

static int op_read(const char *path, struct attrs attrs, struct buffer *answer, struct error *err)
{
	size_t max = find_u32(attrs, ATTR_MAX, READ_DEFAULT), used = 0;
	int auto_close fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return fail(err, 0, "open ", path, NULL);
	size_t begin = put_begin(answer, ATTR_DATA);
	while (used < max) {
		size_t room = max - used < 16384 ? max - used : 16384;
		uint8_t *at = buffer_room(answer, room);
		ssize_t count = read(fd, at, room);
		answer->end -= room - (size_t)(count > 0 ? count : 0);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return fail(err, 0, "read ", path, NULL);
		if (!count)
			break;
		used += (size_t)count;
	}
	put_end(answer, begin);
	return 0;
}

/* An entry is five 4 byte and three 8 byte numbers, then the name. */
static void put_entry(struct buffer *answer, const char *name, const struct stat *info)
{
	uint32_t rdev = (uint32_t)(major(info->st_rdev) << 8 | minor(info->st_rdev));
	uint32_t small[5] = { info->st_mode, info->st_uid, info->st_gid, rdev, (uint32_t)info->st_nlink };
	uint64_t large[3] = { (uint64_t)info->st_size,
		(uint64_t)info->st_mtim.tv_sec * 1000 + (uint64_t)info->st_mtim.tv_nsec / 1000000,
		info->st_ino };
	size_t begin = put_begin(answer, ATTR_ENTRY);
	buffer_add(answer, small, sizeof small);
	buffer_add(answer, large, sizeof large);
	buffer_text(answer, name);
	put_end(answer, begin);
}

static void cleanup_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static int op_list(const char *path, struct buffer *answer, struct error *err)
{
	__attribute__((cleanup(cleanup_dir))) DIR *dir = opendir(path);
	if (!dir)
		return fail(err, 0, "open ", path, NULL);
	for (struct dirent *item; (item = readdir(dir));) {
		struct stat info;
		if (!strcmp(item->d_name, ".") || !strcmp(item->d_name, ".."))
			continue;
		if (fstatat(dirfd(dir), item->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0)
			put_entry(answer, item->d_name, &info);
	}
	return 0;
}

static int op_stat(const char *path, struct buffer *answer, struct error *err)
{
	struct stat info;
	const char *name = strrchr(path, '/');
	if (lstat(path, &info) < 0)
		return fail(err, 0, "stat ", path, NULL);
	put_entry(answer, name ? name + 1 : path, &info);
	return 0;
}

static int remove_tree(int parent, const char *name)
{
	if (unlinkat(parent, name, 0) == 0)
		return 0;
	if (errno != EISDIR)
		return -1;
	int fd = openat(parent, name, O_DIRECTORY | O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	__attribute__((cleanup(cleanup_dir))) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir)
		return -1;
	for (struct dirent *item; (item = readdir(dir));)
		if (strcmp(item->d_name, ".") && strcmp(item->d_name, "..") &&
			remove_tree(fd, item->d_name) < 0)
			return -1;
	return unlinkat(parent, name, AT_REMOVEDIR);
}

static int op_remove(const char *path, struct attrs attrs, struct error *err)
{
	bool recursive = find_u32(attrs, ATTR_RECURSIVE, 0);
	int result = recursive ? remove_tree(AT_FDCWD, path) : unlink(path);
	if (result < 0 && errno == EISDIR && !recursive)
		result = rmdir(path);
	/* As `rm -rf`. */
	if (result < 0 && errno == ENOENT && recursive)
		return 0;
	return result < 0 ? fail(err, 0, "remove ", path, NULL) : 0;
}

static int op_two_paths(uint8_t op, const char *path, struct attrs attrs, struct error *err)
{
	const char *target = find_text(attrs, ATTR_TARGET);
	if (!target)
		return fail(err, EINVAL, "no target", NULL);
	if (op == OP_SYMLINK)
		return symlink(target, path) < 0 ? fail(err, 0, "symlink ", path, NULL) : 0;
	return rename(path, target) < 0 ? fail(err, 0, "rename ", path, " to ", target, NULL) : 0;
}

int file_op(uint8_t op, struct attrs attrs, struct buffer *answer, struct error *err)
{
	const char *path = find_text(attrs, ATTR_PATH);
	if (!path || !*path)
		return fail(err, EINVAL, "no path", NULL);
	switch (op) {
	case OP_MKDIR:
		return op_mkdir(path, attrs, err);
	case OP_WRITE:
		return op_write(path, attrs, err);
	case OP_READ:
		return op_read(path, attrs, answer, err);
	case OP_LIST:
		return op_list(path, answer, err);
	case OP_STAT:
		return op_stat(path, answer, err);
	case OP_REMOVE:
		return op_remove(path, attrs, err);
	default:
		return op_two_paths(op, path, attrs, err);
	}
}
