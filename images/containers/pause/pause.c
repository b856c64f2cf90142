// The container that holds a pod's namespaces: it sleeps until it is told to stop, and collects orphans.
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void stop(int number)
{
	psignal(number, "stopping on a signal");
	_exit(0);
}

static void collect(int number)
{
	(void)number;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

int main(int argc, char **argv)
{
	struct sigaction ending = { .sa_handler = stop };
	struct sigaction collecting = { .sa_handler = collect, .sa_flags = SA_NOCLDSTOP | SA_RESTART };

	if (argc > 1 && !strcmp(argv[1], "-v")) {
		puts("pause (Drydock)");
		return 0;
	}
	if (getpid() != 1)
		fprintf(stderr, "pause should be the first process\n");
	if (sigaction(SIGINT, &ending, NULL) || sigaction(SIGTERM, &ending, NULL) || sigaction(SIGCHLD, &collecting, NULL))
		return 1;
	for (;;)
		pause();
}
