/* The node's iptables rules, which the kernel keeps as nftables: what changes of them without a program being run. */
#include "agent.h"
#include "netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct rtattr *find_nested(const struct rtattr *attr, uint16_t type)
{
	return attr ? netlink_find(RTA_DATA(attr), RTA_PAYLOAD(attr), type) : NULL;
}

static bool ask_rules(int fd, uint16_t type, uint16_t flags, uint8_t family)
{
	struct nfgenmsg body = { .nfgen_family = family, .version = NFNETLINK_V0 };
	struct message request;
	message_begin(&request, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type), 0, &body, sizeof body);
	request.header.nlmsg_flags = NLM_F_REQUEST | flags;
	return send(fd, &request, request.header.nlmsg_len, 0) >= 0;
}

/* Changes with every change of the node's rules. */
static int put_generation(int fd, struct buffer *answer, struct error *err)
{
	struct {
		struct nlmsghdr header;
		struct nfgenmsg body;
		uint8_t rest[256];
	} reply;
	if (!ask_rules(fd, NFT_MSG_GETGEN, 0, AF_UNSPEC) || recv(fd, &reply, sizeof reply, 0) <= 0)
		return fail(err, 0, "rules' generation", NULL);
	const struct rtattr *id =
		netlink_find(reply.rest, NLMSG_PAYLOAD(&reply.header, sizeof reply.body), NFTA_GEN_ID);
	if (reply.header.nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWGEN) || !id)
		return fail(err, EPROTO, "rules' generation", NULL);
	put_u32(answer, ATTR_COUNT, ntohl(*(uint32_t *)RTA_DATA(id)));
	return 0;
}

/* The data of a rule's counter; NULL when it has none. */
static const struct rtattr *find_counter(const struct rtattr *expressions)
{
	const struct rtattr *each = RTA_DATA(expressions);
	for (int left = (int)RTA_PAYLOAD(expressions); RTA_OK(each, left); each = RTA_NEXT(each, left)) {
		const struct rtattr *name = find_nested(each, NFTA_EXPR_NAME);
		if (name && !strcmp(RTA_DATA(name), "counter"))
			return find_nested(each, NFTA_EXPR_DATA);
	}
	return NULL;
}

/* Packets and bytes as the kernel has them (the high byte first), then the table's and the chain's name. */
static void put_counter(const struct nlmsghdr *message, struct buffer *answer)
{
	const uint8_t *at = (const uint8_t *)message + NLMSG_SPACE(sizeof(struct nfgenmsg));
	size_t length = NLMSG_PAYLOAD(message, sizeof(struct nfgenmsg));
	const struct rtattr *table = netlink_find(at, length, NFTA_RULE_TABLE);
	const struct rtattr *chain = netlink_find(at, length, NFTA_RULE_CHAIN);
	const struct rtattr *expressions = netlink_find(at, length, NFTA_RULE_EXPRESSIONS);
	const struct rtattr *counter = expressions ? find_counter(expressions) : NULL;
	const uint16_t order[] = { NFTA_COUNTER_PACKETS, NFTA_COUNTER_BYTES };
	if (!table || !chain)
		return;
	size_t begin = put_begin(answer, ATTR_ENTRY);
	for (size_t i = 0; i < 2; i++) {
		const struct rtattr *value = find_nested(counter, order[i]);
		const uint64_t none = 0;
		buffer_add(answer, value ? RTA_DATA(value) : &none, sizeof none);
	}
	buffer_add(answer, RTA_DATA(table), strlen(RTA_DATA(table)) + 1);
	buffer_add(answer, RTA_DATA(chain), strlen(RTA_DATA(chain)) + 1);
	put_end(answer, begin);
}

/* The generation of the node's rules, and in their order what each has counted. */
int rule_counters(struct buffer *answer, struct error *err)
{
	static uint8_t part[32768];
	int auto_close fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	if (fd < 0)
		return fail(err, 0, "netlink", NULL);
	if (put_generation(fd, answer, err) < 0)
		return -1;
	if (!ask_rules(fd, NFT_MSG_GETRULE, NLM_F_DUMP, AF_INET))
		return fail(err, 0, "rules", NULL);
	for (;;) {
		ssize_t count = recv(fd, part, sizeof part, 0);
		if (count <= 0)
			return fail(err, count < 0 ? 0 : EPROTO, "rules", NULL);
		struct nlmsghdr *message = (struct nlmsghdr *)part;
		for (size_t left = (size_t)count; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
			if (message->nlmsg_type == NLMSG_DONE)
				return 0;
			if (message->nlmsg_type == NLMSG_ERROR)
				return fail(err, EPROTO, "rules", NULL);
			put_counter(message, answer);
		}
	}
}
