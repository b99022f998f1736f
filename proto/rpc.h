/* The envelope and what both ends must agree on beside the .proto files: limits, addresses, method lookup, and
 * statuses on the wire. Nothing here blocks or keeps state; all functions are thread-safe. */
#ifndef OCC_RPC_H
#define OCC_RPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "occupare/rpc/v1/rpc.pb-c.h"
#include "proto/arena.h"
#include "proto/status.h"

#define OCC_ERROR_DOMAIN "occupare"

/* Limits of the wire. Crossing one is RESOURCE_EXHAUSTED unless said otherwise, and the connection lives on. */
#define OCC_REQUEST_BYTES_MAX ((size_t)1 << 20) /* a Call; the server's setting may be lower or higher */
#define OCC_REPLY_BYTES_MAX ((size_t)8 << 20)   /* a Reply */
#define OCC_ARENA_BYTES_KEPT ((size_t)64 << 10)
#define OCC_ARENA_BYTES_MAX ((size_t)16 << 20) /* what one request may decode to */
#define OCC_DEPTH_MAX 16                       /* of nested messages */
#define OCC_METADATA_MAX 32                    /* entries of Call.metadata */
#define OCC_TIMEOUT_MS_MAX 30000               /* what an absent Call.timeout means; longer ones count as this */

/* Limits of the methods; crossing one is INVALID_ARGUMENT. */
#define OCC_COMPARANDS_MIN 2
#define OCC_COMPARANDS_MAX 10
#define OCC_BATCH_GET_MAX 100
#define OCC_BATCH_COMPARE_MAX 20
#define OCC_NAME_BYTES_MAX 256 /* an occupation's name, a search text */

/* Every service that is served, ended by NULL. */
extern const ProtobufCServiceDescriptor *const occ_services[];

/* Finds a method by its path: "/occupare.v1.ComparisonService/CompareOccupations".
 * OK; UNIMPLEMENTED: no such service or method (said which, with the nearest that is there). */
enum occupare_code occ_method_find(const char *path, const ProtobufCServiceDescriptor **ret_service,
    const ProtobufCMethodDescriptor **ret_method, struct occupare_status *st) OCC_MUST_CHECK;

/* The path of a method, in the arena. */
char *occ_method_path(
    struct occ_arena *arena, const ProtobufCServiceDescriptor *service, const ProtobufCMethodDescriptor *method);

/* The descriptor of a message by its full name ("occupare.v1.Occupation", "google.rpc.ErrorInfo") among all that the
 * services can reach and the details of errors; NULL: none. */
const ProtobufCMessageDescriptor *occ_message_find(const char *full_name);

/* Decodes any message that came from outside, after occ_wire_check, into the arena.
 * INVALID_ARGUMENT: not a well-formed message of this type; RESOURCE_EXHAUSTED: it decodes to more than the arena's
 * bytes_max or breaks another limit. */
enum occupare_code occ_unpack(struct occ_arena *arena, const ProtobufCMessageDescriptor *descriptor,
    const uint8_t *bytes, size_t length, ProtobufCMessage **ret, struct occupare_status *st) OCC_MUST_CHECK;

/* A status as google.rpc.Status, in the arena, with ErrorInfo always and BadRequest, ResourceInfo and RetryInfo where
 * the status has something to say in them; and back. An unknown detail is ignored; what does not fit is cut. */
Google__Rpc__Status *occ_status_pack(struct occ_arena *arena, const struct occupare_status *st);
void occ_status_unpack(struct occ_arena *arena, const Google__Rpc__Status *status, struct occupare_status *st);

/* Bytes before the payload of an OK Reply: tag and length. Returns how many, at most OCC_REPLY_HEAD_MAX. */
#define OCC_REPLY_HEAD_MAX 11
size_t occ_reply_head(uint8_t out[OCC_REPLY_HEAD_MAX], size_t payload_length);

/* A whole Reply that carries a failure, packed in the arena. */
uint8_t *occ_reply_failure(struct occ_arena *arena, const struct occupare_status *st, size_t *ret_length);

/* The URL that is used where none is given: ipc://$XDG_RUNTIME_DIR/occupare.sock, else ipc:///run/occupare/occupare.sock.
 * for_daemon: root listens on the second whatever its environment says; a client takes the first only if it is there. */
void occ_default_url(char *out, size_t size, bool for_daemon);

/* "0.1.0". */
extern const char occ_version[];

#endif
