/* Streams: bytes between the host and processes, sockets and terminals, held back by credit. */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define BUCKETS 64
/* With its header a frame of output fills one page of the console's buffer. */
#define OUTPUT_MAX (4096 - FRAME_HEADER - 1)

static struct stream *buckets[BUCKETS];

struct stream *stream_find(uint32_t id)
{
	for (struct stream *stream = buckets[id % BUCKETS]; stream; stream = stream->next)
		if (stream->id == id)
			return stream;
	return NULL;
}

struct stream *stream_of_pid(pid_t pid)
{
	for (int i = 0; i < BUCKETS; i++)
		for (struct stream *stream = buckets[i]; stream; stream = stream->next)
			if (stream->kind == STREAM_PROCESS && stream->pid == pid)
				return stream;
	return NULL;
}

uint32_t stream_guest_id(void)
{
	static uint32_t last;
	do
		last = (last + 1) & ~GUEST_STREAM;
	while (stream_find(last | GUEST_STREAM));
	return last | GUEST_STREAM;
}

struct stream *stream_new(enum stream_kind kind, uint32_t id)
{
	struct stream *stream = must_alloc(sizeof *stream);
	stream->kind = kind;
	stream->id = id;
	stream->credit = STREAM_WINDOW;
	for (int end = 0; end < ENDS; end++)
		stream->ends[end].fd = -1;
	stream->sync.fd = -1;
	stream->next = buckets[id % BUCKETS];
	buckets[id % BUCKETS] = stream;
	return stream;
}

void stream_free(struct stream *stream)
{
	struct stream **link = &buckets[stream->id % BUCKETS];
	while (*link != stream)
		link = &(*link)->next;
	*link = stream->next;
	for (int end = 0; end < ENDS; end++)
		watch_close(&stream->ends[end]);
	watch_close(&stream->sync);
	buffer_free(&stream->pending);
	buffer_free(&stream->received);
	free(stream);
}

/* The host may send as much more as was taken. What is less than a part of the window waits: the host has the rest. */
static void give_credit(struct stream *stream, size_t count)
{
	stream->taken += (uint32_t)count;
	if (stream->taken >= CREDIT_STEP) {
		send_u32(FRAME_CREDIT, stream->id, stream->taken);
		stream->taken = 0;
	}
}

static void end_input(struct stream *stream)
{
	struct watch *in = &stream->ends[END_IN];
	if (stream->kind == STREAM_SOCKET)
		shutdown(in->fd, SHUT_WR);
	watch_close(in);
}

/* Writes what waits for the process or socket until it takes no more. */
void stream_flush(struct stream *stream)
{
	struct watch *in = &stream->ends[END_IN];
	size_t done = 0;
	while (in->fd >= 0 && buffer_length(&stream->pending)) {
		ssize_t count = write(in->fd, stream->pending.bytes + stream->pending.start,
			buffer_length(&stream->pending));
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0 && errno == EAGAIN)
			break;
		if (count < 0)
			watch_close(in);
		else {
			buffer_take(&stream->pending, (size_t)count);
			done += (size_t)count;
		}
	}
	if (in->fd < 0) {
		/* Nobody reads any more: take it, so that the writer does not wait for ever. */
		done += buffer_length(&stream->pending);
		buffer_free(&stream->pending);
	}
	give_credit(stream, done);
	bool waiting = buffer_length(&stream->pending) > 0;
	watch_set(in, waiting ? EPOLLOUT : 0);
	if (!waiting && stream->end_wanted && in->fd >= 0)
		end_input(stream);
}

static void finish_socket(struct stream *stream)
{
	if (stream->end_sent)
		return;
	stream->end_sent = true;
	send_frame(FRAME_END, stream->id, NULL, 0);
}

static void end_output(struct stream *stream, int end)
{
	watch_close(&stream->ends[end]);
	if (stream->kind == STREAM_SOCKET)
		finish_socket(stream);
}

/* One frame from one end; answers false when there is nothing (more) to read now. */
static bool read_end(struct stream *stream, int end)
{
	static uint8_t out[FRAME_HEADER + 1 + OUTPUT_MAX];
	uint8_t *payload = out + FRAME_HEADER;
	struct watch *watch = &stream->ends[end];
	if (watch->fd < 0 || !stream->credit)
		return false;
	size_t room = stream->credit < OUTPUT_MAX ? stream->credit : OUTPUT_MAX;
	ssize_t count = read(watch->fd, payload + 1, room);
	if (count < 0 && errno == EINTR)
		return true;
	if (count < 0 && errno == EAGAIN)
		return false;
	if (count <= 0) {
		end_output(stream, end);
		return false;
	}
	payload[0] = (uint8_t)end;
	stream->credit -= (uint32_t)count;
	send_in_place(payload, FRAME_DATA, stream->id, (size_t)count + 1);
	return true;
}

bool stream_drain(struct stream *stream)
{
	for (int end = END_OUT; end <= END_ERR; end++)
		while (read_end(stream, end))
			;
	return stream->credit > 0;
}

static void listen_for_output(struct stream *stream)
{
	for (int end = END_OUT; end <= END_ERR; end++)
		watch_set(&stream->ends[end], stream->credit ? EPOLLIN : 0);
}

/* Reports the end of a process once its last output is sent. */
void process_settle(struct stream *stream)
{
	if (!stream->exited || !stream->launched)
		return;
	if (!stream_drain(stream))
		return;
	send_u32(FRAME_EXIT, stream->id, (uint32_t)stream->status);
	stream_free(stream);
}

static void output_ready(struct watch *watch, uint32_t events)
{
	struct stream *stream = watch->owner;
	(void)events;
	read_end(stream, (int)(watch - stream->ends));
	listen_for_output(stream);
}

static void input_ready(struct watch *watch, uint32_t events)
{
	(void)events;
	stream_flush(watch->owner);
}

/* Gives the stream a file for one of its ends; it is closed with the stream. */
void stream_attach(struct stream *stream, int end, int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	stream->ends[end] = (struct watch){
		.fd = fd, .owner = stream, .ready = end == END_IN ? input_ready : output_ready
	};
	if (end != END_IN)
		watch_set(&stream->ends[end], EPOLLIN);
}

static void resize(struct stream *stream, const struct frame *frame)
{
	struct winsize size = { 0 };
	if (frame->length != 4 || !stream->terminal)
		return;
	memcpy(&size.ws_row, frame->payload, 2);
	memcpy(&size.ws_col, frame->payload + 2, 2);
	ioctl(stream->ends[END_OUT].fd, TIOCSWINSZ, &size);
}

static void close_stream(struct stream *stream)
{
	if (stream->kind != STREAM_PROCESS)
		return stream_free(stream);
	/* The reader is gone: output is thrown away, as into a closed pipe. */
	watch_close(&stream->ends[END_OUT]);
	watch_close(&stream->ends[END_ERR]);
}

static void add_credit(struct stream *stream, const struct frame *frame)
{
	uint32_t count = 0;
	if (frame->length == 4)
		memcpy(&count, frame->payload, 4);
	stream->credit += count;
	listen_for_output(stream);
	if (stream->kind == STREAM_PROCESS)
		process_settle(stream);
}

static void end_wanted(struct stream *stream)
{
	static const char end_of_file = 4;
	/* A terminal has no end; what a person would type is Ctrl-D. */
	if (stream->terminal)
		buffer_add(&stream->pending, &end_of_file, 1);
	else
		stream->end_wanted = true;
	stream_flush(stream);
}

void stream_frame(struct stream *stream, const struct frame *frame)
{
	if (stream->kind == STREAM_COMMAND)
		return command_frame(stream, frame);
	switch (frame->type) {
	case FRAME_DATA:
		buffer_add(&stream->pending, frame->payload, frame->length);
		return stream_flush(stream);
	case FRAME_END:
		return end_wanted(stream);
	case FRAME_CREDIT:
		return add_credit(stream, frame);
	case FRAME_RESIZE:
		return resize(stream, frame);
	case FRAME_DATAGRAM:
		return datagram_send(stream, frame->payload, frame->length);
	case FRAME_CLOSE:
		return close_stream(stream);
	}
}

void stream_each_launch(void (*take)(struct stream *stream))
{
	for (int i = 0; i < BUCKETS; i++)
		for (struct stream *stream = buckets[i], *next; stream; stream = next) {
			next = stream->next;
			if (stream->kind == STREAM_PROCESS && !stream->launched)
				take(stream);
		}
}

void reap_children(void)
{
	int status;
	/* A child may have told its pid just before it ended. */
	stream_each_launch(take_launch_messages);
	for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
		struct stream *stream = stream_of_pid(pid);
		if (!stream)
			continue;
		stream->exited = true;
		stream->status = status;
		process_settle(stream);
	}
}
