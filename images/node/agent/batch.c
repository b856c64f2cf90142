/* Batches: kernel operations run in order, answered together. */
#include "agent.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>

static const struct {
	uint32_t wire;
	unsigned long kernel;
} plain_flags[] = {
	{ MOUNT_RO, MS_RDONLY },
	{ MOUNT_NOSUID, MS_NOSUID },
	{ MOUNT_NODEV, MS_NODEV },
	{ MOUNT_NOEXEC, MS_NOEXEC },
	{ MOUNT_STRICTATIME, MS_STRICTATIME },
	{ MOUNT_NOATIME, MS_NOATIME },
	{ MOUNT_RELATIME, MS_RELATIME },
}, propagations[] = {
	{ MOUNT_PRIVATE, MS_PRIVATE },
	{ MOUNT_RPRIVATE, MS_PRIVATE | MS_REC },
	{ MOUNT_SLAVE, MS_SLAVE },
	{ MOUNT_RSLAVE, MS_SLAVE | MS_REC },
	{ MOUNT_SHARED, MS_SHARED },
	{ MOUNT_RSHARED, MS_SHARED | MS_REC },
};
#define COUNT(list) (sizeof(list) / sizeof *(list))

static unsigned long plain_of(uint32_t flags)
{
	unsigned long plain = 0;
	for (size_t i = 0; i < COUNT(plain_flags); i++)
		if (flags & plain_flags[i].wire)
			plain |= plain_flags[i].kernel;
	return plain;
}

int mount_begin(const char *source, const char *target, const char *fstype, uint32_t flags, const char *data,
	struct error *err)
{
	unsigned long action = plain_of(flags);
	if (flags & MOUNT_REMOUNT)
		action |= MS_REMOUNT | (flags & (MOUNT_BIND | MOUNT_RBIND) ? MS_BIND : 0);
	else if (flags & (MOUNT_BIND | MOUNT_RBIND))
		action = MS_BIND | (flags & MOUNT_RBIND ? MS_REC : 0);
	else if (!*fstype)
		/* Only the propagation is to change. */
		return 0;
	if (mount(source, target, fstype, action, data) < 0)
		return fail(err, 0, "mount ", source, " at ", target, NULL);
	return 0;
}

int mount_adjust(const char *target, uint32_t flags, struct error *err)
{
	unsigned long plain = plain_of(flags);
	bool bind = flags & (MOUNT_BIND | MOUNT_RBIND) && !(flags & MOUNT_REMOUNT);
	if (bind && plain && mount(NULL, target, NULL, MS_REMOUNT | MS_BIND | plain, NULL) < 0)
		return fail(err, 0, "remount ", target, NULL);
	for (size_t i = 0; i < COUNT(propagations); i++)
		if (flags & propagations[i].wire && mount(NULL, target, NULL, propagations[i].kernel, NULL) < 0)
			return fail(err, 0, "set propagation of ", target, NULL);
	return 0;
}

int mount_op(uint8_t op, struct attrs attrs, struct error *err)
{
	const char *target = find_text(attrs, ATTR_TARGET), *source = find_text(attrs, ATTR_SOURCE);
	const char *fstype = find_text(attrs, ATTR_FSTYPE);
	uint32_t flags = find_u32(attrs, ATTR_FLAGS, 0);
	if (!target)
		return fail(err, EINVAL, "no target", NULL);
	if (op == OP_UMOUNT) {
		if (umount2(target, flags ? MNT_DETACH : 0) < 0)
			return fail(err, 0, "umount ", target, NULL);
		return 0;
	}
	if (!source || !fstype)
		return fail(err, EINVAL, "mount", NULL);
	if (mount_begin(source, target, fstype, flags, find_text(attrs, ATTR_DATA), err) < 0)
		return -1;
	return mount_adjust(target, flags, err);
}

static int kill_op(struct attrs attrs, struct error *err)
{
	int pid = (int)find_u32(attrs, ATTR_PID, 0), number = (int)find_u32(attrs, ATTR_SIGNAL, 0);
	if (!pid || kill(pid, number) < 0)
		return fail(err, pid ? 0 : EINVAL, "kill ", decimal(pid), NULL);
	return 0;
}

static int run_op(uint8_t op, struct attrs attrs, struct buffer *answer, struct error *err)
{
	if (op >= OP_MKDIR && op <= OP_REMOVE)
		return file_op(op, attrs, answer, err);
	if (op == OP_MOUNT || op == OP_UMOUNT)
		return mount_op(op, attrs, err);
	if (op == OP_KILL)
		return kill_op(attrs, err);
	if (op >= OP_NETNS_ADD && op <= OP_FDB_DEL)
		return network_op(op, attrs, err);
	if (op >= OP_TREE && op <= OP_RULE_COUNTERS)
		return inspect_op(op, attrs, answer, err);
	return fail(err, ENOSYS, "unknown operation ", decimal(op), NULL);
}

void handle_batch(uint32_t id, struct attrs request)
{
	struct buffer answer = { 0 };
	bool keep_going = find_u32(request, ATTR_KEEP_GOING, 0);
	for (struct attr op; attr_next(&request, &op);) {
		struct error err;
		if (op.tag == ATTR_KEEP_GOING)
			continue;
		size_t begin = put_begin(&answer, ATTR_OK);
		if (run_op(op.tag, attr_list(&op), &answer, &err) >= 0) {
			put_end(&answer, begin);
			continue;
		}
		/* What was answered so far does not count. */
		answer.end = answer.start + begin;
		answer.bytes[answer.end - 5] = ATTR_ERROR;
		put_error(&answer, &err);
		put_end(&answer, begin);
		if (!keep_going)
			break;
	}
	send_long(FRAME_RESULT, id, &answer);
	buffer_free(&answer);
}
