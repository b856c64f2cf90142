/* Messages of netlink. */
#ifndef DRYDOCK_NETLINK_H
#define DRYDOCK_NETLINK_H

#include "agent.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

struct message {
	struct nlmsghdr header;
	uint8_t rest[1008];
};

void message_begin(struct message *message, uint16_t type, uint16_t flags, const void *body, size_t length);
void message_attr(struct message *message, uint16_t type, const void *value, size_t length);
void message_u32(struct message *message, uint16_t type, uint32_t value);
void message_text(struct message *message, uint16_t type, const char *value);
size_t message_nest(struct message *message, uint16_t type);
void message_nest_end(struct message *message, size_t at);
const struct rtattr *netlink_find(const void *at, size_t length, uint16_t type);
int message_send(struct message *message, struct error *err, const char *what, const char *name);
int neighbour_change(bool add, const char *link, const char *mac, const char *address, bool forwarding,
	struct error *err);

#endif
