// version: LIBSYSTEMD_209
// No systemd manages a node's processes: every question about units and sessions has no answer.
#include <errno.h>
#include <sys/types.h>

#define NO_ANSWER(name)                                                                            \
	int name(pid_t pid, char **answer);                                                        \
	int name(pid_t pid, char **answer)                                                         \
	{                                                                                          \
		(void)pid;                                                                         \
		(void)answer;                                                                      \
		return -ENODATA;                                                                   \
	}

NO_ANSWER(sd_pid_get_machine_name)
NO_ANSWER(sd_pid_get_session)
NO_ANSWER(sd_pid_get_slice)
NO_ANSWER(sd_pid_get_unit)
NO_ANSWER(sd_pid_get_user_unit)

int sd_pid_get_owner_uid(pid_t pid, uid_t *uid);
int sd_pid_get_owner_uid(pid_t pid, uid_t *uid)
{
	(void)pid;
	(void)uid;
	return -ENODATA;
}

int sd_session_get_seat(const char *session, char **seat);
int sd_session_get_seat(const char *session, char **seat)
{
	(void)session;
	(void)seat;
	return -ENXIO;
}
