/* rtnetlink: messages to the kernel about links, addresses, routes and neighbours, and its answers. */
#include "agent.h"
#include "netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

void message_begin(struct message *message, uint16_t type, uint16_t flags, const void *body, size_t length)
{
	memset(message, 0, sizeof *message);
	message->header.nlmsg_type = type;
	message->header.nlmsg_flags = flags | NLM_F_REQUEST | NLM_F_ACK;
	message->header.nlmsg_len = (uint32_t)NLMSG_LENGTH(length);
	memcpy(NLMSG_DATA(&message->header), body, length);
}

void message_attr(struct message *message, uint16_t type, const void *value, size_t length)
{
	size_t at = NLMSG_ALIGN(message->header.nlmsg_len);
	struct rtattr *attr = (struct rtattr *)((uint8_t *)message + at);
	/* Every message fits: names, numbers and addresses are all it holds. */
	if (at + RTA_SPACE(length) > sizeof *message)
		_exit(71);
	attr->rta_type = type;
	attr->rta_len = (uint16_t)RTA_LENGTH(length);
	if (length)
		memcpy(RTA_DATA(attr), value, length);
	message->header.nlmsg_len = (uint32_t)(at + RTA_ALIGN(attr->rta_len));
}

void message_u32(struct message *message, uint16_t type, uint32_t value)
{
	message_attr(message, type, &value, sizeof value);
}

void message_text(struct message *message, uint16_t type, const char *value)
{
	message_attr(message, type, value, strlen(value) + 1);
}

size_t message_nest(struct message *message, uint16_t type)
{
	size_t at = NLMSG_ALIGN(message->header.nlmsg_len);
	message_attr(message, type, NULL, 0);
	return at;
}

void message_nest_end(struct message *message, size_t at)
{
	struct rtattr *attr = (struct rtattr *)((uint8_t *)message + at);
	attr->rta_len = (uint16_t)(message->header.nlmsg_len - at);
}

/* The attribute of this type among those in `length` bytes; NULL when there is none. */
const struct rtattr *netlink_find(const void *at, size_t length, uint16_t type)
{
	const struct rtattr *attr = at;
	for (int left = (int)length; RTA_OK(attr, left); attr = RTA_NEXT(attr, left))
		if ((attr->rta_type & NLA_TYPE_MASK) == type)
			return attr;
	return NULL;
}

int message_send(struct message *message, struct error *err, const char *what, const char *name)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		uint8_t rest[1024];
	} answer;
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	int auto_close fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0 || sendto(fd, message, message->header.nlmsg_len, 0, (struct sockaddr *)&kernel,
			      sizeof kernel) < 0)
		return fail(err, 0, what, " ", name, NULL);
	if (recv(fd, &answer, sizeof answer, 0) < (ssize_t)NLMSG_LENGTH(sizeof(struct nlmsgerr)))
		return fail(err, EPROTO, what, " ", name, NULL);
	if (answer.error.error)
		return fail(err, -answer.error.error, what, " ", name, NULL);
	return 0;
}

int link_index(const char *name, struct error *err)
{
	struct ifreq request = { 0 };
	int auto_close fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	join_text(request.ifr_name, sizeof request.ifr_name, name, NULL);
	if (fd < 0 || ioctl(fd, SIOCGIFINDEX, &request) < 0)
		return fail(err, 0, "link ", name, NULL);
	return request.ifr_ifindex;
}

int parse_mac(const char *text, uint8_t mac[6], struct error *err)
{
	const char *at = text;
	for (int i = 0; i < 6; i++) {
		char *end;
		mac[i] = (uint8_t)strtoul(at, &end, 16);
		if (end == at || (i < 5 && *end != ':') || (i == 5 && *end))
			return fail(err, EINVAL, "MAC address ", text, NULL);
		at = end + 1;
	}
	return 0;
}

/* `address` in network order; a length of 32 without a slash. */
int parse_cidr(const char *text, uint32_t *address, uint8_t *length, struct error *err)
{
	char plain[32];
	struct in_addr parsed;
	join_text(plain, sizeof plain, !strcmp(text, "default") ? "0.0.0.0/0" : text, NULL);
	char *slash = strchr(plain, '/');
	if (slash)
		*slash++ = 0;
	if (inet_pton(AF_INET, plain, &parsed) != 1)
		return fail(err, EINVAL, "IPv4 address ", text, NULL);
	*address = parsed.s_addr;
	*length = slash ? (uint8_t)strtoul(slash, NULL, 10) : 32;
	return *length > 32 ? fail(err, EINVAL, "IPv4 address ", text, NULL) : 0;
}

int link_up(const char *name, struct error *err)
{
	struct message message;
	int index = link_index(name, err);
	if (index < 0)
		return -1;
	struct ifinfomsg body = { .ifi_index = index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	message_begin(&message, RTM_NEWLINK, 0, &body, sizeof body);
	return message_send(&message, err, "bring up", name);
}

int address_change(bool add, const char *link, const char *cidr, struct error *err)
{
	struct message message;
	uint32_t address;
	uint8_t length;
	int index = link_index(link, err);
	if (index < 0 || parse_cidr(cidr, &address, &length, err) < 0)
		return -1;
	struct ifaddrmsg body = { .ifa_family = AF_INET, .ifa_prefixlen = length, .ifa_index = (unsigned)index };
	message_begin(&message, add ? RTM_NEWADDR : RTM_DELADDR, add ? NLM_F_CREATE | NLM_F_EXCL : 0, &body,
		sizeof body);
	message_u32(&message, IFA_LOCAL, address);
	message_u32(&message, IFA_ADDRESS, address);
	if (length < 31)
		message_u32(&message, IFA_BROADCAST, address | htonl(0xffffffffu >> length));
	return message_send(&message, err, add ? "add address" : "delete address", cidr);
}

int route_change(bool add, const char *dst, const char *via, const char *link, bool onlink, struct error *err)
{
	struct message message;
	uint32_t address, gateway = 0;
	uint8_t length, whole;
	int index = link ? link_index(link, err) : 0;
	if (index < 0 || parse_cidr(dst, &address, &length, err) < 0)
		return -1;
	if (via && parse_cidr(via, &gateway, &whole, err) < 0)
		return -1;
	struct rtmsg body = { .rtm_family = AF_INET, .rtm_dst_len = length, .rtm_table = RT_TABLE_MAIN };
	body.rtm_protocol = add ? RTPROT_STATIC : RTPROT_UNSPEC;
	body.rtm_scope = !add ? RT_SCOPE_NOWHERE : via ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	body.rtm_type = add ? RTN_UNICAST : RTN_UNSPEC;
	body.rtm_flags = onlink ? RTNH_F_ONLINK : 0;
	message_begin(&message, add ? RTM_NEWROUTE : RTM_DELROUTE, add ? NLM_F_CREATE | NLM_F_EXCL : 0, &body,
		sizeof body);
	if (length)
		message_u32(&message, RTA_DST, address);
	if (via)
		message_u32(&message, RTA_GATEWAY, gateway);
	if (link)
		message_u32(&message, RTA_OIF, (uint32_t)index);
	return message_send(&message, err, add ? "add route" : "delete route", dst);
}

/* A neighbour with an address, or (without) an entry of a bridge's or vxlan's forwarding table. */
int neighbour_change(bool add, const char *link, const char *mac_text, const char *address_text,
	bool forwarding, struct error *err)
{
	struct message message;
	uint32_t address;
	uint8_t length, mac[6];
	int index = link_index(link, err);
	if (index < 0 || parse_mac(mac_text, mac, err) < 0 ||
		parse_cidr(address_text, &address, &length, err) < 0)
		return -1;
	struct ndmsg body = { .ndm_family = forwarding ? AF_BRIDGE : AF_INET, .ndm_ifindex = index };
	body.ndm_state = NUD_PERMANENT | (forwarding ? NUD_NOARP : 0);
	body.ndm_flags = forwarding ? NTF_SELF : 0;
	uint16_t flags = !add ? 0 : NLM_F_CREATE | (forwarding ? NLM_F_APPEND : NLM_F_REPLACE);
	message_begin(&message, add ? RTM_NEWNEIGH : RTM_DELNEIGH, flags, &body, sizeof body);
	message_attr(&message, NDA_LLADDR, mac, sizeof mac);
	message_u32(&message, NDA_DST, address);
	return message_send(&message, err, add ? "add neighbour" : "delete neighbour", address_text);
}
