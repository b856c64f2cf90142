/*
 * The client of the node's commands, installed as kubectl, docker and kubeadm. It hands its arguments
 * to the agent, copies what the command writes to its own streams, reads its input only when asked,
 * and puts the terminal back whatever happens.
 */
#include "protocol.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

extern char **environ;

#define INPUT_MAX 8192
#define GRACE_MS 5000

static int agent = -1;
static struct termios saved;
static bool raw;
static bool reading;
/* The signal that ends the command; 0 while there was none. */
static int interrupted;
static volatile sig_atomic_t signals[NSIG];

static void say(const char *text)
{
	if (write(2, text, strlen(text)) < 0)
		return;
}

static void set_raw(bool on)
{
	struct termios mode;
	if (on == raw || (on && tcgetattr(0, &saved) < 0))
		return;
	mode = saved;
	if (on)
		cfmakeraw(&mode);
	if (tcsetattr(0, TCSADRAIN, &mode) == 0)
		raw = on;
}

static _Noreturn void leave(int code)
{
	set_raw(false);
	_exit(code);
}

static _Noreturn void lost(void)
{
	set_raw(false);
	say("\nerror: connection to the node's agent was lost\n");
	_exit(1);
}

static void send_all(const void *data, size_t length)
{
	const uint8_t *at = data;
	while (length) {
		ssize_t count = send(agent, at, length, MSG_NOSIGNAL);
		if (count < 0 && errno == EINTR)
			continue;
		/* The agent may have ended the session and said so already: that is still to be read. */
		if (count <= 0)
			return;
		at += count;
		length -= (size_t)count;
	}
}

static void send_message(uint32_t type, const void *data, size_t length)
{
	struct command_message head = { type, (uint32_t)length };
	send_all(&head, sizeof head);
	send_all(data, length);
}

static void send_value(uint32_t type, uint32_t value)
{
	send_message(type, &value, sizeof value);
}

static size_t put(uint8_t *buffer, size_t used, uint8_t tag, const void *value, size_t length)
{
	uint32_t size = (uint32_t)length;
	if (used + 5 + length > COMMAND_MAX) {
		say("error: argument list too long\n");
		_exit(1);
	}
	buffer[used] = tag;
	memcpy(buffer + used + 1, &size, 4);
	memcpy(buffer + used + 5, value, length);
	return used + 5 + length;
}

static size_t put_number(uint8_t *buffer, size_t used, uint8_t tag, uint32_t value)
{
	return put(buffer, used, tag, &value, sizeof value);
}

/* Of the first stream that is a terminal. */
static struct winsize window_size(void)
{
	struct winsize size = { 0 };
	for (int fd = 0; fd < 3; fd++)
		if (ioctl(fd, TIOCGWINSZ, &size) == 0)
			return size;
	return size;
}

static void send_start(char **argv)
{
	static uint8_t request[COMMAND_MAX];
	char cwd[4096];
	size_t used = 0;
	struct winsize size = window_size();
	for (char **arg = argv; *arg; arg++)
		used = put(request, used, ATTR_ARG, *arg, strlen(*arg) + 1);
	for (char **variable = environ; *variable; variable++)
		used = put(request, used, ATTR_ENV, *variable, strlen(*variable) + 1);
	if (!getcwd(cwd, sizeof cwd))
		strcpy(cwd, "/");
	used = put(request, used, ATTR_CWD, cwd, strlen(cwd) + 1);
	used = put_number(request, used, ATTR_TTY,
		(uint32_t)(isatty(0) | isatty(1) << 1 | isatty(2) << 2));
	used = put_number(request, used, ATTR_ROWS, size.ws_row);
	used = put_number(request, used, ATTR_COLUMNS, size.ws_col);
	send_message(COMMAND_START, request, used);
}

static void send_size(void)
{
	struct winsize size = window_size();
	uint16_t both[2] = { size.ws_row, size.ws_col };
	send_message(COMMAND_SIZE, both, sizeof both);
}

static void note_signal(int number)
{
	signals[number] = 1;
}

static void forward_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		if (!signals[numbers[i]])
			continue;
		signals[numbers[i]] = 0;
		/* Who does not end within the time given is left. */
		if (interrupted)
			leave(128 + numbers[i]);
		send_value(COMMAND_SIGNAL, (uint32_t)numbers[i]);
		interrupted = numbers[i] == SIGQUIT ? 0 : numbers[i];
	}
	if (signals[SIGWINCH]) {
		signals[SIGWINCH] = 0;
		send_size();
	}
	if (signals[SIGCONT]) {
		signals[SIGCONT] = 0;
		if (raw) {
			raw = false;
			set_raw(true);
		}
	}
}

static void copy_out(int fd, const uint8_t *data, size_t length)
{
	static uint32_t taken;
	size_t left = length;
	while (left) {
		ssize_t count = write(fd, data, left);
		if (count < 0 && errno == EINTR) {
			forward_signals();
			continue;
		}
		if (count < 0) {
			send_value(COMMAND_BROKEN, (uint32_t)fd);
			break;
		}
		data += count;
		left -= (size_t)count;
	}
	/* Lost bytes are taken, too: nobody waits for room that will not come. */
	taken += (uint32_t)length;
	if (taken < CREDIT_STEP)
		return;
	send_value(COMMAND_WROTE, taken);
	taken = 0;
}

static void take(const struct command_message *head, const uint8_t *data)
{
	uint32_t value = 0;
	if (head->length >= 4)
		memcpy(&value, data, 4);
	switch (head->type) {
	case COMMAND_OUT:
		return copy_out(1, data, head->length);
	case COMMAND_ERR:
		return copy_out(2, data, head->length);
	case COMMAND_READ:
		reading = true;
		return;
	case COMMAND_RAW:
		return set_raw(value);
	case COMMAND_EXIT:
		leave((int)value & 0xff);
	}
}

static void take_messages(void)
{
	static uint8_t bytes[sizeof(struct command_message) + FRAME_PAYLOAD];
	static size_t used;
	ssize_t count = recv(agent, bytes + used, sizeof bytes - used, MSG_DONTWAIT);
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (count <= 0)
		lost();
	used += (size_t)count;
	for (;;) {
		struct command_message head;
		if (used < sizeof head)
			return;
		memcpy(&head, bytes, sizeof head);
		if (head.length > FRAME_PAYLOAD)
			lost();
		size_t whole = sizeof head + head.length;
		if (used < whole)
			return;
		take(&head, bytes + sizeof head);
		used -= whole;
		memmove(bytes, bytes + whole, used);
	}
}

/* One read a request; in the background the kernel stops this program here, and only this one. */
static void read_input(void)
{
	uint8_t bytes[INPUT_MAX];
	ssize_t count = read(0, bytes, sizeof bytes);
	if (count < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	reading = false;
	send_message(COMMAND_INPUT, bytes, count > 0 ? (size_t)count : 0);
}

/* As a program that reads its terminal in the background: stopped until it is in the foreground. */
static void stop_in_background(void)
{
	pid_t foreground = reading && isatty(0) ? tcgetpgrp(0) : -1;
	if (foreground > 0 && foreground != getpgrp())
		kill(0, SIGTTIN);
}

static void catch_signals(sigset_t *during)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGCONT };
	struct sigaction action = { .sa_handler = note_signal };
	sigset_t blocked;
	sigemptyset(&blocked);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		struct sigaction before;
		/* A background job of a plain shell has SIGINT ignored: it stays so. */
		if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler == SIG_IGN)
			continue;
		sigaction(numbers[i], &action, NULL);
		sigaddset(&blocked, numbers[i]);
	}
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_BLOCK, &blocked, during);
}

static _Noreturn void run(void)
{
	sigset_t during;
	catch_signals(&during);
	for (;;) {
		stop_in_background();
		/* Also what came while signals were let through below: nothing else would end the wait for it. */
		forward_signals();
		struct pollfd files[2] = { { .fd = agent, .events = POLLIN },
			{ .fd = reading ? 0 : -1, .events = POLLIN } };
		struct timespec grace = { GRACE_MS / 1000, 0 };
		int count = ppoll(files, 2, interrupted ? &grace : NULL, &during);
		if (!count && interrupted)
			leave(128 + interrupted);
		if (count <= 0)
			continue;
		/* Signals may interrupt what blocks from here on. */
		sigset_t before;
		sigprocmask(SIG_SETMASK, &during, &before);
		if (files[0].revents)
			take_messages();
		if (reading && files[1].revents)
			read_input();
		sigprocmask(SIG_SETMASK, &before, NULL);
	}
}

/* The words a learner would see from the real programs. */
static _Noreturn void refuse(const char *name)
{
	if (!strcmp(name, "docker"))
		say("Cannot connect to the Docker daemon at unix://" COMMAND_SOCKET
		    ". Is the docker daemon running?\n");
	else if (!strcmp(name, "kubectl"))
		say("The connection to the server localhost:8080 was refused - did you specify the right "
		    "host or port?\n");
	else
		say("error: cannot connect to the node's agent at unix://" COMMAND_SOCKET "\n");
	_exit(1);
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = COMMAND_SOCKET };
	const char *name = argc > 0 ? strrchr(argv[0], '/') : NULL;
	name = name ? name + 1 : argc > 0 ? argv[0] : "";
	agent = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (agent < 0 || connect(agent, (struct sockaddr *)&address, sizeof address) < 0)
		refuse(name);
	argv[0] = (char *)name;
	send_start(argv);
	run();
}
