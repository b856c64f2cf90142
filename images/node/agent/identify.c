/* What makes a restored guest this node: its name, clock, entropy, address. */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int set_clock(struct attrs request, struct error *err)
{
	struct attr attr;
	uint64_t ms = 0;
	if (!find_attr(request, ATTR_TIME, &attr) || attr.length != 8)
		return fail(err, EINVAL, "no time given", NULL);
	memcpy(&ms, attr.value, 8);
	struct timespec now = { .tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000 };
	return clock_settime(CLOCK_REALTIME, &now) < 0 ? fail(err, 0, "set the clock", NULL) : 0;
}

static int add_entropy(struct attrs request, struct error *err)
{
	struct attr attr;
	struct {
		struct rand_pool_info info;
		uint8_t bytes[256];
	} pool;
	if (!find_attr(request, ATTR_ENTROPY, &attr))
		return 0;
	size_t length = attr.length < sizeof pool.bytes ? attr.length : sizeof pool.bytes;
	pool.info.entropy_count = (int)length * 8;
	pool.info.buf_size = (int)length;
	memcpy(pool.info.buf, attr.value, length);
	int auto_close fd = open("/dev/urandom", O_RDWR | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, RNDADDENTROPY, &pool) < 0)
		return fail(err, 0, "add entropy", NULL);
	return ioctl(fd, RNDRESEEDCRNG) < 0 ? fail(err, 0, "reseed", NULL) : 0;
}

/* Writes a file of /etc, which may not be there yet. */
static int write_text(const char *path, const char *text, bool append, struct error *err)
{
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC);
	int auto_close fd = open(path, flags, 0644);
	size_t length = strlen(text);
	if (fd < 0 || write(fd, text, length) != (ssize_t)length)
		return fail(err, 0, "write ", path, NULL);
	return 0;
}

static int set_names(struct attrs request, struct error *err)
{
	char line[300];
	const char *hostname = find_text(request, ATTR_HOSTNAME), *id = find_text(request, ATTR_MACHINE_ID);
	if (!hostname || sethostname(hostname, strlen(hostname)) < 0)
		return fail(err, hostname ? 0 : EINVAL, "set the host name", NULL);
	join_text(line, sizeof line, hostname, "\n", NULL);
	if (write_text("/etc/hostname", line, false, err) < 0)
		return -1;
	join_text(line, sizeof line, id ? id : "", "\n", NULL);
	if (write_text("/etc/machine-id", line, false, err) < 0)
		return -1;
	const char *hosts = find_text(request, ATTR_HOSTS);
	return hosts && *hosts ? write_text("/etc/hosts", hosts, true, err) : 0;
}

static int set_flags(int fd, struct ifreq *request, bool up)
{
	if (ioctl(fd, SIOCGIFFLAGS, request) < 0)
		return -1;
	request->ifr_flags = (short)(up ? request->ifr_flags | IFF_UP : request->ifr_flags & ~IFF_UP);
	return ioctl(fd, SIOCSIFFLAGS, request);
}

/* The card of every clone has the MAC of the saved state until it is set. */
static int set_mac(const char *text, struct error *err)
{
	uint8_t mac[6];
	struct ifreq link = { .ifr_name = "eth0" };
	int auto_close fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (parse_mac(text, mac, err) < 0)
		return -1;
	if (fd < 0 || set_flags(fd, &link, false) < 0)
		return fail(err, 0, "bring down eth0", NULL);
	link.ifr_hwaddr.sa_family = ARPHRD_ETHER;
	memcpy(link.ifr_hwaddr.sa_data, mac, sizeof mac);
	if (ioctl(fd, SIOCSIFHWADDR, &link) < 0 || set_flags(fd, &link, true) < 0)
		return fail(err, 0, "set the MAC of eth0", NULL);
	return 0;
}

static int set_network(struct attrs request, struct error *err)
{
	const char *mac = find_text(request, ATTR_ADDRESS), *cidr = find_text(request, ATTR_CIDR);
	const char *gateway = find_text(request, ATTR_GATEWAY);
	if (mac && *mac && set_mac(mac, err) < 0)
		return -1;
	if (cidr && *cidr && address_change(true, "eth0", cidr, err) < 0 && err->number != EEXIST)
		return -1;
	if (gateway && route_change(true, "default", gateway, "eth0", false, err) < 0 &&
		err->number != EEXIST)
		return -1;
	struct error ignored;
	link_up("lo", &ignored);
	return 0;
}

void handle_identify(uint32_t id, struct attrs request)
{
	struct error err;
	if (set_clock(request, &err) < 0 || add_entropy(request, &err) < 0 || set_names(request, &err) < 0 ||
		set_network(request, &err) < 0)
		send_failure(id, &err);
	else
		send_frame(FRAME_RESULT, id, NULL, 0);
}
