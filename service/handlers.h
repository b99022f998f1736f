/* The services that are served: protobuf-c's generated tables, each filled with its handlers in the file named. */
#ifndef OCC_HANDLERS_H
#define OCC_HANDLERS_H

#include "grpc/health/v1/health.pb-c.h"
#include "occupare/rpc/v1/rpc.pb-c.h"
#include "occupare/v1/comparison_service.pb-c.h"
#include "occupare/v1/occupation_service.pb-c.h"

extern Occupare__V1__OccupationService_Service occupations_service;     /* occupations.c */
extern Occupare__V1__ComparisonService_Service comparisons_service;     /* comparisons.c */
extern Grpc__Health__V1__Health_Service health_service;                 /* introspection.c */
extern Occupare__Rpc__V1__ReflectionService_Service reflection_service; /* introspection.c */

/* The schema with its comments: a FileDescriptorSet as protoc wrote it. */
extern const uint8_t occ_schema_begin[], occ_schema_end[]; /* introspection.c */

#endif
