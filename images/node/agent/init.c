/* The small init of `docker run --init`: starts the program, forwards signals, reaps what is orphaned. */
#include "agent.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void run_program(char **argv, const sigset_t *mask)
{
	sigprocmask(SIG_SETMASK, mask, NULL);
	setpgid(0, 0);
	/* Fails quietly without a terminal. */
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(0, getpgrp());
	signal(SIGTTOU, SIG_DFL);
	execve(argv[0], argv + 1, environ);
	_exit(errno == ENOENT ? 127 : 126);
}

/* Reaps until nothing is left to reap now; ends with the program's status. */
static void reap(pid_t program)
{
	int status;
	for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
		if (pid == program)
			_exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

/* argv: docker-init -- path argv[0] argv[1] … */
void init_main(char **argv)
{
	sigset_t all, before;
	prctl(PR_SET_NAME, "docker-init");
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	if (!argv[1] || !argv[2] || !argv[3])
		_exit(125);
	pid_t program = fork();
	if (!program)
		run_program(argv + 2, &before);
	for (;;) {
		int number = sigwaitinfo(&all, NULL);
		if (number == SIGCHLD)
			reap(program);
		else if (number > 0)
			kill(program, number);
	}
}
