/* Addresses of TCP as people write them: ADDRESS:PORT, [ADDRESS]:PORT, :PORT, PORT, and localhost in the place of one. */
#ifndef OCC_ADDRESS_H
#define OCC_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "proto/status.h"
#include "proto/arena.h"

#define ADDRESS_URL_BYTES_MAX 80

/* Listens at an address; loopback where it names none. url: "http://127.0.0.1:8080", with the port it really has.
 * INVALID_ARGUMENT: not an address; FAILED_PRECONDITION: in use, or not on this host; PERMISSION_DENIED;
 * RESOURCE_EXHAUSTED. */
enum occupare_code address_listen(const char *text, int backlog, int *ret_fd, char url[ADDRESS_URL_BYTES_MAX],
    struct occupare_status *st) OCC_MUST_CHECK;

/* True where only this host can reach it. */
bool address_is_local(const char *text);

/* True for an address of loopback, IPv4 within IPv6 among them. */
bool address_is_loopback(const struct sockaddr *address);

#endif
