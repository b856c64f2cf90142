/* Sockets the kernel of the guest opens for the host: connections, listeners, datagrams. */
#include "agent.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define PEER_LENGTH 6

static int read_address(struct attrs request, struct sockaddr_in *address, struct error *err)
{
	const char *text = find_text(request, ATTR_ADDRESS);
	*address = (struct sockaddr_in){ .sin_family = AF_INET };
	address->sin_port = htons((uint16_t)find_u32(request, ATTR_PORT, 0));
	if (!text || inet_pton(AF_INET, text, &address->sin_addr) != 1)
		return fail(err, EINVAL, "address ", text ? text : "", NULL);
	return 0;
}

static void attach_socket(struct stream *stream, int fd)
{
	int on = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	stream_attach(stream, END_OUT, fd);
	stream_attach(stream, END_IN, fcntl(fd, F_DUPFD_CLOEXEC, 3));
}

static void dial_failed(struct stream *stream, int number)
{
	struct error err;
	fail(&err, number, "connect", NULL);
	send_failure(stream->id, &err);
	stream_free(stream);
}

static void dial_timeout(struct watch *watch, uint32_t events)
{
	(void)events;
	dial_failed(watch->owner, ETIMEDOUT);
}

static void dial_ready(struct watch *watch, uint32_t events)
{
	struct stream *stream = watch->owner;
	int number = 0;
	socklen_t size = sizeof number;
	(void)events;
	if (getsockopt(watch->fd, SOL_SOCKET, SO_ERROR, &number, &size) < 0 || number)
		return dial_failed(stream, number);
	int fd = watch->fd;
	watch_set(watch, 0);
	watch->fd = -1;
	watch_close(&stream->sync);
	send_frame(FRAME_RESULT, stream->id, NULL, 0);
	attach_socket(stream, fd);
}

static int open_dial(struct attrs request, struct error *err)
{
	const char *netns = find_text(request, ATTR_NETNS);
	struct sockaddr_in address;
	int own = -1;
	if (read_address(request, &address, err) < 0)
		return -1;
	if (netns && (own = enter_netns(netns, err)) < 0)
		return -1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int number = errno;
	leave_netns(own);
	if (fd < 0)
		return fail(err, number, "socket", NULL);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS) {
		fail(err, 0, "connect", NULL);
		close(fd);
		return -1;
	}
	return fd;
}

void handle_dial(uint32_t id, struct attrs request)
{
	struct error err;
	int fd = open_dial(request, &err);
	if (fd < 0)
		return send_failure(id, &err);
	struct stream *stream = stream_new(STREAM_SOCKET, id);
	uint32_t ms = find_u32(request, ATTR_TIMEOUT, 0);
	struct itimerspec limit = { .it_value = { ms / 1000, ms % 1000 * 1000000 } };
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (ms)
		timerfd_settime(timer, 0, &limit, NULL);
	stream->sync = (struct watch){ .fd = timer, .owner = stream, .ready = dial_timeout };
	watch_set(&stream->sync, EPOLLIN);
	stream->ends[END_IN] = (struct watch){ .fd = fd, .owner = stream, .ready = dial_ready };
	watch_set(&stream->ends[END_IN], EPOLLOUT);
}

static void accept_ready(struct watch *watch, uint32_t events)
{
	struct stream *listener = watch->owner;
	(void)events;
	int fd = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0)
		return;
	struct stream *stream = stream_new(STREAM_SOCKET, stream_guest_id());
	send_u32(FRAME_ACCEPTED, listener->id, stream->id);
	attach_socket(stream, fd);
}

/* A datagram is its peer's address and port, as the network has them, then its data. */
static void datagram_ready(struct watch *watch, uint32_t events)
{
	static uint8_t out[FRAME_HEADER + FRAME_PAYLOAD];
	uint8_t *payload = out + FRAME_HEADER;
	struct stream *stream = watch->owner;
	struct sockaddr_in peer;
	socklen_t size = sizeof peer;
	(void)events;
	ssize_t count = recvfrom(watch->fd, payload + PEER_LENGTH, FRAME_PAYLOAD - PEER_LENGTH, 0,
		(struct sockaddr *)&peer, &size);
	if (count < 0)
		return;
	memcpy(payload, &peer.sin_addr, 4);
	memcpy(payload + 4, &peer.sin_port, 2);
	send_in_place(payload, FRAME_DATAGRAM, stream->id, (size_t)count + PEER_LENGTH);
}

void datagram_send(struct stream *stream, const uint8_t *data, size_t length)
{
	struct sockaddr_in peer = { .sin_family = AF_INET };
	if (stream->kind != STREAM_DATAGRAMS || length < PEER_LENGTH)
		return;
	memcpy(&peer.sin_addr, data, 4);
	memcpy(&peer.sin_port, data + 4, 2);
	/* A datagram that cannot be sent is lost, as any may be. */
	if (sendto(stream->ends[END_OUT].fd, data + PEER_LENGTH, length - PEER_LENGTH, 0,
		    (struct sockaddr *)&peer, sizeof peer) < 0)
		return;
}

static int open_listener(struct attrs request, bool udp, struct error *err)
{
	struct sockaddr_in address;
	int on = 1;
	if (read_address(request, &address, err) < 0)
		return -1;
	int fd = socket(AF_INET, (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return fail(err, 0, "socket", NULL);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	/* A service's address may be no address of the node yet. */
	setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof on);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && (udp || listen(fd, 128) == 0))
		return fd;
	fail(err, 0, "listen", NULL);
	close(fd);
	return -1;
}

void handle_listen(uint32_t id, struct attrs request)
{
	struct error err;
	bool udp = find_u32(request, ATTR_UDP, 0);
	int fd = open_listener(request, udp, &err);
	if (fd < 0)
		return send_failure(id, &err);
	struct stream *stream = stream_new(udp ? STREAM_DATAGRAMS : STREAM_LISTENER, id);
	send_frame(FRAME_RESULT, id, NULL, 0);
	stream->ends[END_OUT] = (struct watch){
		.fd = fd, .owner = stream, .ready = udp ? datagram_ready : accept_ready
	};
	watch_set(&stream->ends[END_OUT], EPOLLIN);
}
