/* The root of a container: its mounts, its devices, and the change of root. */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Opens without leaving the root, whatever links its files hold. */
static int open_in_root(int root, const char *path)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT };
	return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

static int make_entry(int parent, const char *name, bool directory)
{
	if (directory)
		return mkdirat(parent, name, 0755);
	return mknodat(parent, name, S_IFREG | 0644, 0);
}

/* Opens a mount point, making what is missing of its path. */
static int make_in_root(int root, const char *path, bool directory, struct error *err)
{
	char prefix[4096];
	int auto_close parent = open_in_root(root, "/");
	for (const char *at = path;;) {
		at += strspn(at, "/");
		size_t length = strcspn(at, "/");
		if (!length)
			break;
		bool last = !at[length + strspn(at + length, "/")];
		char name[256];
		size_t whole = (size_t)(at - path) + length;
		if (length >= sizeof name || whole >= sizeof prefix)
			return fail(err, ENAMETOOLONG, "mount point ", path, NULL);
		memcpy(name, at, length);
		memcpy(prefix, path, whole);
		name[length] = prefix[whole] = 0;
		int fd = open_in_root(root, prefix);
		if (fd < 0 && errno == ENOENT && make_entry(parent, name, directory || !last) == 0)
			fd = open_in_root(root, prefix);
		if (fd < 0)
			return fail(err, 0, "mount point ", path, NULL);
		close(parent);
		parent = fd;
		at += length;
	}
	int fd = parent;
	parent = -1;
	return fd;
}

static const char *fd_path(int fd)
{
	static char path[40];
	join_text(path, sizeof path, "/proc/self/fd/", decimal(fd), NULL);
	return path;
}

/* As the kernel's headers have them; the C library has no names for these calls. */
#define TREE_CLONE 1
#define TREE_CLOEXEC O_CLOEXEC
#define TREE_RECURSIVE 0x8000
#define MOVE_EMPTY_PATHS 0x44
struct mount_attributes {
	uint64_t set, clear, propagation, userns;
};

static uint64_t attributes_of(uint32_t flags)
{
	static const struct {
		uint32_t wire;
		uint64_t kernel;
	} list[] = { { MOUNT_RO, 1 }, { MOUNT_NOSUID, 2 }, { MOUNT_NODEV, 4 }, { MOUNT_NOEXEC, 8 } };
	uint64_t attributes = 0;
	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (flags & list[i].wire)
			attributes |= list[i].kernel;
	return attributes;
}

/* A bind mount whose flags are set before it has its place: no path is looked up twice. */
static int bind_one(const char *source, int target, uint32_t flags)
{
	bool deep = flags & MOUNT_RBIND;
	unsigned recursive = deep ? TREE_RECURSIVE : 0;
	int auto_close tree = (int)syscall(SYS_open_tree, AT_FDCWD, source, TREE_CLONE | TREE_CLOEXEC | recursive);
	if (tree < 0)
		return -1;
	struct mount_attributes own = { .set = attributes_of(flags) };
	if (own.set && syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &own, sizeof own) < 0)
		return -1;
	struct mount_attributes all = { .propagation = MS_PRIVATE };
	bool private = flags & (MOUNT_PRIVATE | MOUNT_RPRIVATE);
	unsigned below = flags & MOUNT_RPRIVATE ? TREE_RECURSIVE : 0;
	if (private && syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | below, &all, sizeof all) < 0)
		return -1;
	return (int)syscall(SYS_move_mount, tree, "", target, "", MOVE_EMPTY_PATHS);
}

/* Flags that `bind_one` and a mount of a file system know; others are set afterwards. */
static bool is_plain(uint32_t flags)
{
	const uint32_t known = MOUNT_RO | MOUNT_NOSUID | MOUNT_NODEV | MOUNT_NOEXEC;
	if (flags & (MOUNT_BIND | MOUNT_RBIND))
		return !(flags & ~(known | MOUNT_BIND | MOUNT_RBIND | MOUNT_PRIVATE | MOUNT_RPRIVATE));
	return !(flags & ~(known | MOUNT_STRICTATIME | MOUNT_NOATIME | MOUNT_RELATIME));
}

static int mount_plain(const char *source, int target, const char *fstype, uint32_t flags, const char *data,
	struct error *err)
{
	if (flags & (MOUNT_BIND | MOUNT_RBIND))
		return bind_one(source, target, flags) < 0 ? fail(err, 0, "mount", NULL) : 0;
	if (fchdir(target) < 0)
		return fail(err, 0, "mount", NULL);
	return mount_begin(source, ".", fstype, flags, data, err);
}

static int mount_one(int root, struct attrs mount, struct error *err)
{
	const char *target = find_text(mount, ATTR_TARGET), *source = find_text(mount, ATTR_SOURCE);
	const char *fstype = find_text(mount, ATTR_FSTYPE), *data = find_text(mount, ATTR_DATA);
	uint32_t flags = find_u32(mount, ATTR_FLAGS, 0);
	struct stat info;
	if (!target || !source || !fstype)
		return fail(err, EINVAL, "mount", NULL);
	bool bind = flags & (MOUNT_BIND | MOUNT_RBIND);
	if (bind && stat(source, &info) < 0)
		return fail(err, 0, "mount ", source, NULL);
	int fd = make_in_root(root, target, !bind || S_ISDIR(info.st_mode), err);
	if (fd < 0)
		return -1;
	int result = is_plain(flags) ? mount_plain(source, fd, fstype, flags, data, err)
				     : mount_begin(source, fd_path(fd), fstype, flags, data, err);
	close(fd);
	if (result == 0 && is_plain(flags))
		return 0;
	if (result < 0)
		return join_text(err->what, sizeof err->what, "mount ", source, " at ", target, ": ",
			       errno_text(err->number), NULL),
		       -1;
	/* What is mounted now lies over the place that was open. */
	int auto_close mounted = open_in_root(root, target);
	return mount_adjust(fd_path(mounted), flags, err);
}

struct device {
	const char *name;
	unsigned major;
	unsigned minor;
};

static int make_devices(int root, struct error *err)
{
	static const struct device devices[] = { { "null", 1, 3 }, { "zero", 1, 5 }, { "full", 1, 7 },
		{ "random", 1, 8 }, { "urandom", 1, 9 }, { "tty", 5, 0 } };
	static const char *const links[][2] = { { "pts/ptmx", "ptmx" }, { "/proc/self/fd", "fd" },
		{ "/proc/self/fd/0", "stdin" }, { "/proc/self/fd/1", "stdout" },
		{ "/proc/self/fd/2", "stderr" } };
	int auto_close dev = open_in_root(root, "/dev");
	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
		dev_t number = makedev(devices[i].major, devices[i].minor);
		if (mknodat(dev, devices[i].name, S_IFCHR | 0666, number) < 0 && errno != EEXIST)
			return fail(err, 0, "make /dev/", devices[i].name, NULL);
	}
	for (size_t i = 0; i < sizeof links / sizeof *links; i++)
		if (symlinkat(links[i][0], dev, links[i][1]) < 0 && errno != EEXIST)
			return fail(err, 0, "make /dev/", links[i][1], NULL);
	return 0;
}

static int change_root(int root, struct error *err)
{
	int auto_close old = open("/", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	if (fchdir(root) < 0 || syscall(SYS_pivot_root, ".", ".") < 0)
		return fail(err, 0, "pivot_root", NULL);
	/* The old root lies over the new one now; it goes, and the node's mounts stay as they are. */
	if (fchdir(old) < 0 || mount(NULL, ".", NULL, MS_SLAVE | MS_REC, NULL) < 0 ||
		umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		return fail(err, 0, "leave the old root", NULL);
	return 0;
}

int setup_rootfs(struct launch *launch, struct error *err)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return fail(err, 0, "make / private", NULL);
	if (mount(launch->rootfs, launch->rootfs, NULL, MS_BIND | MS_REC, NULL) < 0)
		return fail(err, 0, "bind ", launch->rootfs, NULL);
	int auto_close root = open(launch->rootfs, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	if (root < 0)
		return fail(err, 0, "open ", launch->rootfs, NULL);
	struct attrs list = launch->spec;
	bool devices = false;
	for (struct attr attr; attr_next(&list, &attr);) {
		if (attr.tag != ATTR_MOUNT)
			continue;
		if (mount_one(root, attr_list(&attr), err) < 0)
			return -1;
		const char *target = find_text(attr_list(&attr), ATTR_TARGET);
		const char *fstype = find_text(attr_list(&attr), ATTR_FSTYPE);
		devices |= !strcmp(target, "/dev") && !strcmp(fstype, "tmpfs");
	}
	if (devices && make_devices(root, err) < 0)
		return -1;
	return change_root(root, err);
}

static int write_sysctl(struct attrs sysctl, struct error *err)
{
	char path[512];
	const char *name = find_text(sysctl, ATTR_NAME), *value = find_text(sysctl, ATTR_DATA);
	if (!name || !value)
		return fail(err, EINVAL, "sysctl", NULL);
	join_text(path, sizeof path, "/proc/sys/", name, NULL);
	if (!strchr(name, '/'))
		for (char *at = path + 10; *at; at++)
			if (*at == '.')
				*at = '/';
	return write_file(path, value, err);
}

static int mask_path(const char *path, struct error *err)
{
	struct stat info;
	if (stat(path, &info) < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : fail(err, 0, "mask ", path, NULL);
	int result = S_ISDIR(info.st_mode) ? mount("tmpfs", path, "tmpfs", MS_RDONLY, "size=0k")
					   : mount("/dev/null", path, NULL, MS_BIND, NULL);
	return result < 0 ? fail(err, 0, "mask ", path, NULL) : 0;
}

static int freeze_path(const char *path, struct error *err)
{
	if (mount(path, path, NULL, MS_BIND | MS_REC, NULL) < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : fail(err, 0, "bind ", path, NULL);
	unsigned long flags = MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
	if (mount(NULL, path, NULL, flags, NULL) < 0)
		return fail(err, 0, "make ", path, " read-only", NULL);
	return 0;
}

static int make_readonly(struct error *err)
{
	if (mount(NULL, "/", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL) < 0)
		return fail(err, 0, "make / read-only", NULL);
	return 0;
}

int finish_rootfs(struct launch *launch, struct error *err)
{
	struct attrs list = launch->spec;
	for (struct attr attr; attr_next(&list, &attr);)
		if (attr.tag == ATTR_SYSCTL && write_sysctl(attr_list(&attr), err) < 0)
			return -1;
	list = launch->spec;
	for (struct attr attr; attr_next(&list, &attr);) {
		if (attr.tag == ATTR_MASKED && mask_path(attr_text(&attr), err) < 0)
			return -1;
		if (attr.tag == ATTR_READONLY && freeze_path(attr_text(&attr), err) < 0)
			return -1;
	}
	/* The working directory is made before the root can no longer be written. */
	if (launch->cwd && launch->rootfs && access(launch->cwd, F_OK) < 0 &&
		make_dirs(launch->cwd, 0755, err) < 0)
		return -1;
	return find_u32(launch->spec, ATTR_READONLY_ROOTFS, 0) ? make_readonly(err) : 0;
}
