#include "service/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define HOST_BYTES_MAX 64

union socket_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static bool
parse_port(const char *text, in_port_t *ret)
{
	size_t digits = strspn(text, "0123456789");
	long port = digits > 0 && digits <= 5 ? strtol(text, NULL, 10) : -1;

	if (text[digits] != '\0' || port < 0 || port > 65535)
		return false;
	*ret = htons((in_port_t)port);
	return true;
}

/* The host without brackets; 127.0.0.1 where there is none. */
static bool
parse(const char *text, union socket_address *ret, socklen_t *ret_length)
{
	const char *colon = strrchr(text, ':'), *begin = text;
	size_t length = colon != NULL ? (size_t)(colon - text) : 0;
	bool bracketed = length >= 2 && text[0] == '[' && text[length - 1] == ']';
	char host[HOST_BYTES_MAX];
	in_port_t port;

	if (!parse_port(colon != NULL ? colon + 1 : text, &port))
		return false;
	if (bracketed) {
		begin++;
		length -= 2;
	}
	if (length >= sizeof host)
		return false;
	snprintf(host, sizeof host, "%.*s", (int)length, begin);
	memset(ret, 0, sizeof *ret);
	if (bracketed) {
		ret->v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = port };
		*ret_length = sizeof ret->v6;
		return inet_pton(AF_INET6, host, &ret->v6.sin6_addr) == 1;
	}
	ret->v4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = port };
	*ret_length = sizeof ret->v4;
	if (length == 0 || strcasecmp(host, "localhost") == 0)
		snprintf(host, sizeof host, "127.0.0.1");
	return inet_pton(AF_INET, host, &ret->v4.sin_addr) == 1;
}

static enum occupare_code
fail_listen(const char *text, int error, struct occupare_status *st)
{
	switch (error) {
	case EADDRINUSE:
		return occupare_fail(st, OCCUPARE_FAILED_PRECONDITION, NULL,
		    "cannot listen on %s: already in use by another process", text);
	case EADDRNOTAVAIL:
		return occupare_fail(
		    st, OCCUPARE_FAILED_PRECONDITION, NULL, "cannot listen on %s: no such address on this host", text);
	case EACCES:
		return occupare_fail(
		    st, OCCUPARE_PERMISSION_DENIED, NULL, "cannot listen on %s: permission denied", text);
	default:
		return occupare_fail(
		    st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "cannot listen on %s: %s", text, strerror(error));
	}
}

static void
write_url(int fd, char url[ADDRESS_URL_BYTES_MAX])
{
	union socket_address address = { 0 };
	socklen_t length = sizeof address;
	char host[HOST_BYTES_MAX] = "";

	getsockname(fd, &address.any, &length);
	if (address.any.sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &address.v6.sin6_addr, host, sizeof host);
		snprintf(url, ADDRESS_URL_BYTES_MAX, "http://[%s]:%u", host, ntohs(address.v6.sin6_port));
	} else {
		inet_ntop(AF_INET, &address.v4.sin_addr, host, sizeof host);
		snprintf(url, ADDRESS_URL_BYTES_MAX, "http://%s:%u", host, ntohs(address.v4.sin_port));
	}
}

enum occupare_code
address_listen(const char *text, int backlog, int *ret_fd, char url[ADDRESS_URL_BYTES_MAX], struct occupare_status *st)
{
	union socket_address address;
	socklen_t length;
	int fd, error, on = 1;

	if (!parse(text, &address, &length))
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL,
		    "cannot listen on \"%s\": give ADDRESS:PORT, [ADDRESS]:PORT, or a port of this host alone", text);
	fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return fail_listen(text, errno, st);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, &address.any, length) != 0 || listen(fd, backlog) != 0) {
		error = errno;
		close(fd);
		return fail_listen(text, error, st);
	}
	write_url(fd, url);
	*ret_fd = fd;
	return OCCUPARE_OK;
}

bool
address_is_local(const char *text)
{
	union socket_address address;
	socklen_t length;

	return parse(text, &address, &length) && address_is_loopback(&address.any);
}

bool
address_is_loopback(const struct sockaddr *address)
{
	const struct in6_addr *v6;

	if (address->sa_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127;
	if (address->sa_family != AF_INET6)
		return false;
	v6 = &((const struct sockaddr_in6 *)address)->sin6_addr;
	return IN6_IS_ADDR_LOOPBACK(v6) || (IN6_IS_ADDR_V4MAPPED(v6) && v6->s6_addr[12] == 127);
}
