/* Network operations: namespaces, links, addresses, routes, each in the namespace it names. */
#include "agent.h"
#include "netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static int open_netns(const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? fail(err, 0, "open network namespace ", path, NULL) : fd;
}

/* Goes into a network namespace; answers what `leave_netns` takes back. */
int enter_netns(const char *path, struct error *err)
{
	int own = open_netns("/proc/self/ns/net", err);
	int auto_close other = own < 0 ? -1 : open_netns(path, err);
	if (other >= 0 && setns(other, CLONE_NEWNET) == 0)
		return own;
	if (other >= 0)
		fail(err, 0, "join network namespace ", path, NULL);
	if (own >= 0)
		close(own);
	return -1;
}

void leave_netns(int own)
{
	if (own < 0)
		return;
	/* To go on in the wrong namespace would be worse than to end. */
	if (setns(own, CLONE_NEWNET) < 0)
		_exit(72);
	close(own);
}

static int make_file(const char *path, struct error *err)
{
	char parent[4096];
	join_text(parent, sizeof parent, path, NULL);
	char *slash = strrchr(parent, '/');
	if (slash && slash != parent) {
		*slash = 0;
		if (make_dirs(parent, 0755, err) < 0)
			return -1;
	}
	int auto_close fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	return fd < 0 ? fail(err, 0, "make ", path, NULL) : 0;
}

/* A new network namespace with its loopback up; answers a file of it. */
static int make_netns(struct error *err)
{
	int own = open_netns("/proc/self/ns/net", err);
	if (own < 0)
		return -1;
	int made = -1;
	if (unshare(CLONE_NEWNET) < 0)
		fail(err, 0, "make a network namespace", NULL);
	else if (link_up("lo", err) == 0)
		made = open_netns("/proc/self/ns/net", err);
	leave_netns(own);
	return made;
}

/*
 * Namespaces made while there is nothing else to do, because making one takes the kernel as long as all
 * the mounts of a container. The first is made after the first that was asked for: a new namespace takes
 * its settings from the node's, which are set by then.
 */
#define SPARES 2
static int spares[SPARES];
static int spare_count;
static int spares_wanted;

bool netns_spare_wanted(void)
{
	return spare_count < spares_wanted;
}

void netns_make_spare(void)
{
	struct error ignored;
	int made = make_netns(&ignored);
	if (made >= 0)
		spares[spare_count++] = made;
	else
		spares_wanted = 0;
}

static int netns_add(const char *path, struct error *err)
{
	if (make_file(path, err) < 0)
		return -1;
	int auto_close netns = spare_count ? spares[--spare_count] : make_netns(err);
	spares_wanted = SPARES;
	if (netns < 0)
		return -1;
	char file[40];
	join_text(file, sizeof file, "/proc/self/fd/", decimal(netns), NULL);
	if (mount(file, path, NULL, MS_BIND, NULL) < 0)
		return fail(err, 0, "bind the network namespace to ", path, NULL);
	return 0;
}

static int netns_del(const char *path, struct error *err)
{
	if (umount2(path, MNT_DETACH) < 0 && errno != EINVAL)
		return fail(err, 0, "umount ", path, NULL);
	return unlink(path) < 0 ? fail(err, 0, "remove ", path, NULL) : 0;
}

static int put_peer(struct message *message, struct attrs attrs, int peer_netns, struct error *err)
{
	const char *name = find_text(attrs, ATTR_PEER_NAME);
	const char *address = find_text(attrs, ATTR_PEER_ADDRESS);
	struct ifinfomsg body = { 0 };
	uint8_t mac[6];
	size_t peer = message_nest(message, VETH_INFO_PEER);
	memcpy((uint8_t *)message + message->header.nlmsg_len, &body, sizeof body);
	message->header.nlmsg_len += sizeof body;
	if (name)
		message_text(message, IFLA_IFNAME, name);
	if (address) {
		if (parse_mac(address, mac, err) < 0)
			return -1;
		message_attr(message, IFLA_ADDRESS, mac, sizeof mac);
	}
	if (peer_netns >= 0)
		message_u32(message, IFLA_NET_NS_FD, (uint32_t)peer_netns);
	uint32_t mtu = find_u32(attrs, ATTR_MTU, 0);
	if (mtu)
		message_u32(message, IFLA_MTU, mtu);
	message_nest_end(message, peer);
	return 0;
}

static int put_vxlan(struct message *message, struct attrs attrs, struct error *err)
{
	const char *lower = find_text(attrs, ATTR_LOWER);
	uint16_t port = htons((uint16_t)find_u32(attrs, ATTR_PORT, 4789));
	uint8_t off = 0;
	message_u32(message, IFLA_VXLAN_ID, find_u32(attrs, ATTR_VNI, 1));
	message_attr(message, IFLA_VXLAN_PORT, &port, sizeof port);
	message_attr(message, IFLA_VXLAN_LEARNING, &off, sizeof off);
	if (!lower)
		return 0;
	int index = link_index(lower, err);
	if (index >= 0)
		message_u32(message, IFLA_VXLAN_LINK, (uint32_t)index);
	return index < 0 ? -1 : 0;
}

static int put_kind(struct message *message, struct attrs attrs, int peer_netns, struct error *err)
{
	static const char *const names[] = { "", "veth", "bridge", "vxlan", "dummy", "macvlan" };
	uint32_t kind = find_u32(attrs, ATTR_KIND, 0);
	const uint32_t bridge_mode = 4;
	int result = 0;
	if (!kind || kind > LINK_MACVLAN)
		return fail(err, EINVAL, "kind of link", NULL);
	size_t info = message_nest(message, IFLA_LINKINFO);
	message_text(message, IFLA_INFO_KIND, names[kind]);
	size_t data = message_nest(message, IFLA_INFO_DATA);
	if (kind == LINK_VETH)
		result = put_peer(message, attrs, peer_netns, err);
	else if (kind == LINK_VXLAN)
		result = put_vxlan(message, attrs, err);
	else if (kind == LINK_MACVLAN)
		message_u32(message, IFLA_MACVLAN_MODE, bridge_mode);
	message_nest_end(message, data);
	message_nest_end(message, info);
	return result;
}

static int put_link_of(struct message *message, uint16_t type, const char *name, struct error *err)
{
	if (!name)
		return 0;
	/* An empty name takes the link out of its master. */
	int index = *name ? link_index(name, err) : 0;
	if (index < 0)
		return -1;
	message_u32(message, type, (uint32_t)index);
	return 0;
}

/* What can be said of a link when it is made and later. */
static int put_settings(struct message *message, struct attrs attrs, struct error *err)
{
	const char *address = find_text(attrs, ATTR_ADDRESS);
	uint32_t mtu = find_u32(attrs, ATTR_MTU, 0);
	uint8_t mac[6];
	if (mtu)
		message_u32(message, IFLA_MTU, mtu);
	if (address) {
		if (parse_mac(address, mac, err) < 0)
			return -1;
		message_attr(message, IFLA_ADDRESS, mac, sizeof mac);
	}
	return put_link_of(message, IFLA_MASTER, find_text(attrs, ATTR_MASTER), err);
}

static void set_up_flag(struct ifinfomsg *body, struct attrs attrs)
{
	struct attr up;
	if (!find_attr(attrs, ATTR_UP, &up))
		return;
	body->ifi_change = IFF_UP;
	body->ifi_flags = attr_u32(&up) ? IFF_UP : 0;
}

static int link_add(const char *name, struct attrs attrs, struct error *err)
{
	struct message message;
	struct ifinfomsg body = { 0 };
	const char *peer = find_text(attrs, ATTR_PEER_NETNS);
	int auto_close peer_netns = peer ? open_netns(peer, err) : -1;
	if (peer && peer_netns < 0)
		return -1;
	set_up_flag(&body, attrs);
	message_begin(&message, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &body, sizeof body);
	message_text(&message, IFLA_IFNAME, name);
	if (find_u32(attrs, ATTR_KIND, 0) == LINK_MACVLAN &&
		put_link_of(&message, IFLA_LINK, find_text(attrs, ATTR_LOWER), err) < 0)
		return -1;
	if (put_settings(&message, attrs, err) < 0 || put_kind(&message, attrs, peer_netns, err) < 0)
		return -1;
	return message_send(&message, err, "add link", name);
}

static int link_set(const char *name, struct attrs attrs, struct error *err)
{
	struct message message;
	const char *to = find_text(attrs, ATTR_TO), *new_name = find_text(attrs, ATTR_RENAME);
	int auto_close netns = to ? open_netns(to, err) : -1;
	struct ifinfomsg body = { .ifi_index = link_index(name, err) };
	if (body.ifi_index < 0 || (to && netns < 0))
		return -1;
	set_up_flag(&body, attrs);
	message_begin(&message, RTM_NEWLINK, 0, &body, sizeof body);
	if (new_name)
		message_text(&message, IFLA_IFNAME, new_name);
	if (to)
		message_u32(&message, IFLA_NET_NS_FD, (uint32_t)netns);
	if (put_settings(&message, attrs, err) < 0)
		return -1;
	return message_send(&message, err, "set link", name);
}

static int link_del(const char *name, struct error *err)
{
	struct message message;
	struct ifinfomsg body = { .ifi_index = link_index(name, err) };
	if (body.ifi_index < 0)
		return -1;
	message_begin(&message, RTM_DELLINK, 0, &body, sizeof body);
	return message_send(&message, err, "delete link", name);
}

static int run_here(uint8_t op, struct attrs attrs, struct error *err)
{
	const char *name = find_text(attrs, ATTR_NAME), *link = find_text(attrs, ATTR_LINK);
	const char *cidr = find_text(attrs, ATTR_CIDR), *dst = find_text(attrs, ATTR_DST);
	const char *mac = find_text(attrs, ATTR_ADDRESS);
	if (op >= OP_LINK_ADD && op <= OP_LINK_DEL && !name)
		return fail(err, EINVAL, "no link given", NULL);
	switch (op) {
	case OP_LINK_ADD:
		return link_add(name, attrs, err);
	case OP_LINK_SET:
		return link_set(name, attrs, err);
	case OP_LINK_DEL:
		return link_del(name, err);
	}
	if (op <= OP_ADDR_DEL)
		return link && cidr ? address_change(op == OP_ADDR_ADD, link, cidr, err)
				    : fail(err, EINVAL, "no address given", NULL);
	if (op <= OP_ROUTE_DEL)
		return dst ? route_change(op == OP_ROUTE_ADD, dst, find_text(attrs, ATTR_VIA), link,
				     find_u32(attrs, ATTR_ONLINK, 0), err)
			   : fail(err, EINVAL, "no route given", NULL);
	if (!link || !mac || !dst)
		return fail(err, EINVAL, "no neighbour given", NULL);
	return neighbour_change(op == OP_NEIGH_ADD || op == OP_FDB_ADD, link, mac, dst, op >= OP_FDB_ADD, err);
}

int network_op(uint8_t op, struct attrs attrs, struct error *err)
{
	const char *path = find_text(attrs, ATTR_PATH), *netns = find_text(attrs, ATTR_NETNS);
	if (op == OP_NETNS_ADD || op == OP_NETNS_DEL) {
		if (!path)
			return fail(err, EINVAL, "no path", NULL);
		return op == OP_NETNS_ADD ? netns_add(path, err) : netns_del(path, err);
	}
	int own = -1;
	if (netns && (own = enter_netns(netns, err)) < 0)
		return -1;
	int result = run_here(op, attrs, err);
	leave_netns(own);
	return result;
}
