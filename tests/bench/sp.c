#include "tests/bench/sp.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

static bool
parse_ipc(const char *path, struct sp_address *ret)
{
	struct sockaddr_un *address = (struct sockaddr_un *)&ret->socket;

	if (strlen(path) >= sizeof address->sun_path)
		return false;
	ret->ipc = true;
	ret->length = sizeof *address;
	address->sun_family = AF_UNIX;
	memcpy(address->sun_path, path, strlen(path) + 1);
	return true;
}

bool
sp_parse(const char *url, struct sp_address *ret)
{
	static const char tcp[] = "tcp://127.0.0.1:", http[] = "http://127.0.0.1:";
	struct sockaddr_in *address = (struct sockaddr_in *)&ret->socket;
	char *end;
	unsigned long port;

	memset(ret, 0, sizeof *ret);
	if (strncmp(url, "ipc://", 6) == 0)
		return parse_ipc(url + 6, ret);
	ret->http = strncmp(url, http, sizeof http - 1) == 0;
	if (!ret->http && strncmp(url, tcp, sizeof tcp - 1) != 0)
		return false;
	port = strtoul(url + (ret->http ? sizeof http : sizeof tcp) - 1, &end, 10);
	if (*end != '\0' || port == 0 || port > 65535)
		return false;
	ret->length = sizeof *address;
	address->sin_family = AF_INET;
	address->sin_port = htons((uint16_t)port);
	address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return true;
}

void
sp_greeting(uint8_t out[SP_GREETING_BYTES], bool requester)
{
	const uint8_t greeting[SP_GREETING_BYTES] = { 0, 'S', 'P', 0, 0, requester ? 0x30 : 0x31, 0, 0 };

	memcpy(out, greeting, sizeof greeting);
}

void
sp_put32(uint8_t *out, uint32_t value)
{
	value = htonl(value);
	memcpy(out, &value, sizeof value);
}

uint32_t
sp_get32(const uint8_t *in)
{
	uint32_t value;

	memcpy(&value, in, sizeof value);
	return ntohl(value);
}

size_t
sp_put_prefix(uint8_t *out, bool ipc, uint64_t length)
{
	if (ipc)
		*out++ = 1;
	sp_put32(out, (uint32_t)(length >> 32));
	sp_put32(out + 4, (uint32_t)length);
	return sp_prefix_bytes(ipc);
}

uint64_t
sp_get_length(const uint8_t *prefix, bool ipc)
{
	prefix += ipc;
	return (uint64_t)sp_get32(prefix) << 32 | sp_get32(prefix + 4);
}
