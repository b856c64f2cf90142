/* Whether the node has a way to an address outside, told when that changes: nothing is sent to find out. */
#include "agent.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static struct watch monitor = { .fd = -1 };
static struct sockaddr_in target;
static uint32_t told;

/* 0, or the errno that a connection would begin with. */
static uint32_t way_out(void)
{
	struct ifreq card = { .ifr_name = "eth0" };
	int auto_close fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return 0;
	/* The kernel keeps the way to an address of its own, whatever the card does. */
	if (ioctl(fd, SIOCGIFFLAGS, &card) < 0 || !(card.ifr_flags & IFF_UP))
		return ENETUNREACH;
	/* Its cable is pulled: the route stays, and nobody answers. */
	if (!(card.ifr_flags & IFF_RUNNING))
		return EHOSTUNREACH;
	return connect(fd, (struct sockaddr *)&target, sizeof target) < 0 ? (uint32_t)errno : 0;
}

static void monitor_ready(struct watch *watch, uint32_t events)
{
	static uint8_t bytes[8192];
	(void)events;
	/* What changed is not read: a burst, or one that was too long, is one question. */
	while (recv(watch->fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0 || errno == ENOBUFS)
		;
	uint32_t now = way_out();
	if (now != told)
		send_u32(FRAME_ROUTE, 0, now);
	told = now;
}

static int watch_changes(struct error *err)
{
	struct sockaddr_nl address = {
		.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0) {
		fail(err, 0, "watch routes", NULL);
		cleanup_close(&fd);
		return -1;
	}
	monitor = (struct watch){ .fd = fd, .ready = monitor_ready };
	watch_set(&monitor, EPOLLIN);
	return 0;
}

void handle_watch_route(uint32_t id, struct attrs request)
{
	struct error err;
	const char *address = find_text(request, ATTR_ADDRESS);
	target = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(9) };
	if (!address || inet_pton(AF_INET, address, &target.sin_addr) != 1) {
		fail(&err, EINVAL, "no address", NULL);
		return send_failure(id, &err);
	}
	if (monitor.fd < 0 && watch_changes(&err) < 0)
		return send_failure(id, &err);
	send_frame(FRAME_RESULT, id, NULL, 0);
	told = way_out();
	send_u32(FRAME_ROUTE, 0, told);
}
