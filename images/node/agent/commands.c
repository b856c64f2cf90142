/*
 * Commands: programs of ours typed in the guest's shell. The client (cli.c) keeps its own streams and
 * copies, so a slow pipe blocks the client and never the agent; what passes here is held by credit.
 */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static struct watch listener = { .fd = -1 };

static void to_client(struct stream *stream, uint32_t type, const void *data, size_t length)
{
	struct command_message head = { type, (uint32_t)length };
	buffer_add(&stream->pending, &head, sizeof head);
	buffer_add(&stream->pending, data, length);
}

static void u32_to_client(struct stream *stream, uint32_t type, uint32_t value)
{
	to_client(stream, type, &value, sizeof value);
}

static void client_gone(struct stream *stream)
{
	send_u32(FRAME_CLOSE, stream->id, 0);
	stream_free(stream);
}

/* Answers false when the stream is gone. */
static bool flush_client(struct stream *stream)
{
	struct watch *watch = &stream->ends[END_IN];
	while (buffer_length(&stream->pending)) {
		ssize_t count = send(watch->fd, stream->pending.bytes + stream->pending.start,
			buffer_length(&stream->pending), MSG_NOSIGNAL | MSG_DONTWAIT);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0 && errno == EAGAIN)
			break;
		if (count < 0) {
			client_gone(stream);
			return false;
		}
		buffer_take(&stream->pending, (size_t)count);
	}
	/* After its exit code the client hangs up. */
	bool waiting = buffer_length(&stream->pending) > 0;
	watch_set(watch, EPOLLIN | (waiting ? EPOLLOUT : 0));
	return true;
}

/* The client's first message is the payload of the frame, but for the pid, which the kernel knows. */
static void command_start(struct stream *stream, const uint8_t *data, size_t length)
{
	struct ucred peer = { 0 };
	socklen_t size = sizeof peer;
	getsockopt(stream->ends[END_IN].fd, SOL_SOCKET, SO_PEERCRED, &peer, &size);
	struct buffer frame = { 0 };
	put_u32(&frame, ATTR_PID, (uint32_t)peer.pid);
	buffer_add(&frame, data, length);
	send_long(FRAME_COMMAND, stream->id, &frame);
	buffer_free(&frame);
}

static void input_to_host(struct stream *stream, const uint8_t *data, size_t length)
{
	stream->reading = false;
	if (length)
		send_frame(FRAME_DATA, stream->id, data, length);
	else
		send_frame(FRAME_END, stream->id, NULL, 0);
}

static void from_client(struct stream *stream, const struct command_message *head, const uint8_t *data)
{
	switch (head->type) {
	case COMMAND_START:
		return command_start(stream, data, head->length);
	case COMMAND_INPUT:
		return input_to_host(stream, data, head->length);
	case COMMAND_WROTE:
		return send_frame(FRAME_CREDIT, stream->id, data, head->length);
	case COMMAND_SIGNAL:
		return send_frame(FRAME_SIGNAL, stream->id, data, head->length);
	case COMMAND_SIZE:
		return send_frame(FRAME_RESIZE, stream->id, data, head->length);
	case COMMAND_BROKEN:
		return send_frame(FRAME_CLOSE, stream->id, data, head->length);
	}
}

/* Takes whole messages; answers false when the client talks nonsense. */
static bool take_messages(struct stream *stream)
{
	struct buffer *received = &stream->received;
	for (;;) {
		struct command_message head;
		const uint8_t *at = received->bytes + received->start;
		if (buffer_length(received) < sizeof head)
			return true;
		memcpy(&head, at, sizeof head);
		if (head.length > (head.type == COMMAND_START ? COMMAND_MAX : FRAME_PAYLOAD))
			return false;
		if (buffer_length(received) < sizeof head + head.length)
			return true;
		from_client(stream, &head, at + sizeof head);
		buffer_take(received, sizeof head + head.length);
	}
}

static void client_ready(struct watch *watch, uint32_t events)
{
	static uint8_t bytes[FRAME_PAYLOAD];
	struct stream *stream = watch->owner;
	if (events & EPOLLOUT && !flush_client(stream))
		return;
	if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		return;
	ssize_t count = recv(watch->fd, bytes, sizeof bytes, MSG_DONTWAIT);
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (count <= 0)
		return stream->end_wanted ? stream_free(stream) : client_gone(stream);
	buffer_add(&stream->received, bytes, (size_t)count);
	if (!take_messages(stream))
		client_gone(stream);
}

static void client_waits(struct watch *watch, uint32_t events)
{
	(void)events;
	int fd = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	struct stream *stream = stream_new(STREAM_COMMAND, stream_guest_id());
	stream->ends[END_IN] = (struct watch){ .fd = fd, .owner = stream, .ready = client_ready };
	watch_set(&stream->ends[END_IN], EPOLLIN);
}

/* A frame of the host for a session. */
void command_frame(struct stream *stream, const struct frame *frame)
{
	uint32_t value = 0;
	if (frame->length >= 4)
		memcpy(&value, frame->payload, 4);
	switch (frame->type) {
	case FRAME_DATA:
		if (frame->length)
			to_client(stream, frame->payload[0] == END_ERR ? COMMAND_ERR : COMMAND_OUT,
				frame->payload + 1, frame->length - 1u);
		break;
	case FRAME_READ:
		if (!stream->reading)
			to_client(stream, COMMAND_READ, NULL, 0);
		stream->reading = true;
		break;
	case FRAME_RAW:
		u32_to_client(stream, COMMAND_RAW, value);
		break;
	case FRAME_EXIT:
		u32_to_client(stream, COMMAND_EXIT, value);
		stream->end_wanted = true;
		break;
	case FRAME_CLOSE:
		return stream_free(stream);
	}
	flush_client(stream);
}

void commands_listen(void)
{
	struct error ignored;
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = COMMAND_SOCKET };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	make_dirs("/run/drydock", 0755, &ignored);
	unlink(COMMAND_SOCKET);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 64) < 0) {
		static const char text[] = "drydock agent: no command socket\n";
		if (write(2, text, sizeof text - 1) < 0)
			_exit(3);
		cleanup_close(&fd);
		return;
	}
	chmod(COMMAND_SOCKET, 0660);
	listener = (struct watch){ .fd = fd, .ready = client_waits };
	watch_set(&listener, EPOLLIN);
}
