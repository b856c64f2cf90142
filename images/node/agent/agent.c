/* The agent: one loop over its channel to the host, its children, and the streams between them. */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mount.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* After this long without an event the agent has time for what may be wanted later. */
#define IDLE_MS 100

struct frame_reader reader;
static int loop;
static struct watch channel;
/* The channel once more, to wait in: a frame is written whole, whoever else writes to the device. */
static int channel_out;
static struct watch children;
/* A request that comes in more than one frame. */
static struct buffer partial;
static uint32_t partial_id;

void watch_set(struct watch *watch, uint32_t events)
{
	if (watch->fd < 0 || events == watch->events)
		return;
	struct epoll_event event = { .events = events, .data.ptr = watch };
	int action = !events ? EPOLL_CTL_DEL : watch->events ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
	/* A file that cannot be waited for is always ready. */
	if (epoll_ctl(loop, action, watch->fd, &event) < 0 && errno == EPERM)
		return;
	watch->events = events;
}

void watch_close(struct watch *watch)
{
	if (watch->fd < 0)
		return;
	watch_set(watch, 0);
	close(watch->fd);
	watch->fd = -1;
}

static void write_all(const uint8_t *bytes, size_t length)
{
	while (length) {
		ssize_t count = write(channel_out, bytes, length);
		if (count > 0) {
			bytes += count;
			length -= (size_t)count;
		} else if (count < 0 && errno == EAGAIN) {
			struct pollfd room = { .fd = channel_out, .events = POLLOUT };
			poll(&room, 1, 1000);
		} else if (count < 0 && errno != EINTR)
			_exit(1);
	}
}

void send_in_place(uint8_t *payload, uint8_t type, uint32_t id, size_t length)
{
	frame_header(payload - FRAME_HEADER, type, 0, id, payload, length);
	write_all(payload - FRAME_HEADER, FRAME_HEADER + length);
}

static void send_part(uint8_t type, uint8_t flags, uint32_t id, const void *payload, size_t length)
{
	static uint8_t out[FRAME_HEADER + FRAME_PAYLOAD];
	if (length)
		memcpy(out + FRAME_HEADER, payload, length);
	frame_header(out, type, flags, id, out + FRAME_HEADER, length);
	write_all(out, FRAME_HEADER + length);
}

void send_frame(uint8_t type, uint32_t id, const void *payload, size_t length)
{
	send_part(type, 0, id, payload, length);
}

void send_long(uint8_t type, uint32_t id, const struct buffer *payload)
{
	const uint8_t *at = payload->bytes + payload->start;
	size_t left = buffer_length(payload);
	for (; left > FRAME_PAYLOAD; left -= FRAME_PAYLOAD, at += FRAME_PAYLOAD)
		send_part(type, FRAME_MORE, id, at, FRAME_PAYLOAD);
	send_part(type, 0, id, at, left);
}

void send_u32(uint8_t type, uint32_t id, uint32_t value)
{
	send_frame(type, id, &value, 4);
}

void send_failure(uint32_t id, const struct error *err)
{
	struct buffer answer = { 0 };
	put_error(&answer, err);
	send_long(FRAME_FAILURE, id, &answer);
	buffer_free(&answer);
}

static void handle_hello(uint32_t id)
{
	struct utsname names;
	struct timespec up;
	struct sysinfo info;
	uname(&names);
	clock_gettime(CLOCK_BOOTTIME, &up);
	sysinfo(&info);
	struct buffer answer = { 0 };
	put_u32(&answer, ATTR_VERSION, PROTOCOL_VERSION);
	put_text(&answer, ATTR_KERNEL, names.release);
	put_u32(&answer, ATTR_UPTIME, (uint32_t)(up.tv_sec * 1000 + up.tv_nsec / 1000000));
	put_u32(&answer, ATTR_MEMORY, (uint32_t)(info.totalram * info.mem_unit >> 10));
	put_u32(&answer, ATTR_BAD_FRAMES, reader.bad);
	send_long(FRAME_RESULT, id, &answer);
	buffer_free(&answer);
}

static void handle_request(uint8_t type, uint32_t id, struct attrs request)
{
	switch (type) {
	case FRAME_HELLO:
		return handle_hello(id);
	case FRAME_IDENTIFY:
		return handle_identify(id, request);
	case FRAME_BATCH:
		return handle_batch(id, request);
	case FRAME_SPAWN:
		return handle_spawn(id, request);
	case FRAME_DIAL:
		return handle_dial(id, request);
	case FRAME_LISTEN:
		return handle_listen(id, request);
	case FRAME_PROCESSES:
		return handle_processes(id);
	case FRAME_WATCH_OOM:
		return handle_watch_oom(id, request);
	case FRAME_WATCH_PROCESSES:
		return handle_watch_processes(id, request);
	case FRAME_WATCH_ROUTE:
		return handle_watch_route(id, request);
	}
	struct error err;
	fail(&err, ENOSYS, "unknown request ", decimal(type), NULL);
	send_failure(id, &err);
}

static void handle_long(const struct frame *frame)
{
	if (partial_id != frame->id) {
		buffer_free(&partial);
		partial_id = frame->id;
	}
	buffer_add(&partial, frame->payload, frame->length);
	bool more = frame->flags & FRAME_MORE;
	if (more && buffer_length(&partial) <= REQUEST_MAX)
		return;
	struct buffer whole = partial;
	partial = (struct buffer){ 0 };
	partial_id = 0;
	if (more) {
		struct error err;
		fail(&err, E2BIG, "request is longer than ", decimal(REQUEST_MAX), " bytes", NULL);
		send_failure(frame->id, &err);
	} else {
		struct attrs request = { whole.bytes + whole.start, whole.bytes + whole.end };
		handle_request(frame->type, frame->id, request);
	}
	buffer_free(&whole);
}

static void handle_frame(const struct frame *frame)
{
	if (frame->type >= FRAME_DATA && frame->type <= FRAME_EXIT) {
		struct stream *stream = stream_find(frame->id);
		if (stream)
			stream_frame(stream, frame);
	} else if (frame->flags & FRAME_MORE || (partial_id && partial_id == frame->id))
		handle_long(frame);
	else
		handle_request(frame->type, frame->id,
			(struct attrs){ frame->payload, frame->payload + frame->length });
}

static void channel_ready(struct watch *watch, uint32_t events)
{
	(void)events;
	uint8_t *at;
	size_t room = frame_room(&reader, &at);
	ssize_t count = read(watch->fd, at, room);
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (count <= 0)
		_exit(count < 0);
	reader.end += (size_t)count;
	struct frame frame;
	while (frame_next(&reader, &frame))
		handle_frame(&frame);
}

static void children_ready(struct watch *watch, uint32_t events)
{
	struct signalfd_siginfo info;
	(void)events;
	while (read(watch->fd, &info, sizeof info) > 0)
		;
	reap_children();
}

static void run(void)
{
	for (;;) {
		/* One event at a time: what handling it closes cannot be waiting behind it. */
		struct epoll_event event;
		bool waiting = reader.start < reader.end;
		int patience = waiting ? 1000 : netns_spare_wanted() ? IDLE_MS : -1;
		int count = epoll_wait(loop, &event, 1, patience);
		if (count > 0) {
			struct watch *watch = event.data.ptr;
			watch->ready(watch, event.events);
		} else if (!count && waiting) {
			struct frame frame;
			frame_give_up(&reader);
			while (frame_next(&reader, &frame))
				handle_frame(&frame);
		} else if (!count)
			netns_make_spare();
	}
}

static void make_raw(int fd)
{
	struct termios mode;
	if (tcgetattr(fd, &mode) < 0)
		return;
	cfmakeraw(&mode);
	tcsetattr(fd, TCSANOW, &mode);
}

static int open_channel(int argc, char **argv)
{
	const char *path = argc == 3 && !strcmp(argv[1], "--port") ? argv[2] : "/dev/hvc1";
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	channel_out = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (fd >= 0 && channel_out >= 0)
		return fd;
	char text[200];
	join_text(text, sizeof text, "drydock agent: cannot open ", path, ": ", strerror(errno), "\n", NULL);
	if (write(2, text, strlen(text)) < 0)
		_exit(3);
	_exit(2);
}

static void start(int fd)
{
	sigset_t mask;
	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	loop = epoll_create1(EPOLL_CLOEXEC);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	make_raw(fd);
	/* What was meant for an agent before this one. */
	tcflush(fd, TCIFLUSH);
	channel = (struct watch){ .fd = fd, .ready = channel_ready };
	watch_set(&channel, EPOLLIN);
	int signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	children = (struct watch){ .fd = signals, .ready = children_ready };
	watch_set(&children, EPOLLIN);
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');
	if (!strcmp(name ? name + 1 : argv[0], "docker-init"))
		init_main(argv);
	umask(0);
	start(open_channel(argc, argv));
	commands_listen();
	send_frame(FRAME_STARTED, 0, NULL, 0);
	run();
}
