# Occupare.  `make help` lists the targets.
#
#   V=1          show commands            WERROR=1   warnings are errors
#   SANITIZE=address,undefined            build with sanitizers, into a folder of its own
#   BUILD=dir    where everything goes    prefix, DESTDIR   where `make install` puts things

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:

VERSION := 0.1.0
SOVERSION := 1

SANITIZE ?=
BUILD ?= build$(if $(SANITIZE),/sanitize-$(subst $(comma),-,$(SANITIZE)))
comma := ,
GEN := $(BUILD)/gen
OBJ := $(BUILD)/obj
BIN := $(BUILD)/bin
LIB := $(BUILD)/lib
Q := $(if $(V),,@)

prefix ?= /usr/local
bindir ?= $(prefix)/bin
libdir ?= $(prefix)/lib
includedir ?= $(prefix)/include
datadir ?= $(prefix)/share
mandir ?= $(datadir)/man

PACKAGES := libprotobuf-c lmdb jansson libutf8proc smartcols
CFLAGS ?= -O2 -g
CPPFLAGS += -D_GNU_SOURCE -I. -I$(GEN) -DOCC_VERSION='"$(VERSION)"' -DOCC_DATADIR='"$(datadir)/occupare"'
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla \
	-Wno-missing-field-initializers $(if $(WERROR),-Werror)
ALL_CFLAGS = -std=gnu11 -fPIC -pthread $(WARNINGS) $(CFLAGS) $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer)
ALL_LDFLAGS = -pthread $(LDFLAGS) $(if $(SANITIZE),-fsanitize=$(SANITIZE))

# ---- Schema ----
PROTOS := $(shell cd proto && find . -name '*.proto' | sed 's,^\./,,' | sort)
WELL_KNOWN := google/protobuf/any.proto google/protobuf/duration.proto google/protobuf/timestamp.proto
GEN_C := $(patsubst %.proto,$(GEN)/%.pb-c.c,$(PROTOS) $(WELL_KNOWN))
PROTOC_INCLUDES := -Iproto -I/usr/include

# ---- Sources, one list per room ----
PROTO_C := $(wildcard proto/*.c)
STORE_C := $(filter-out store/main.c,$(wildcard store/*.c store/import/*.c))
COMPARE_C := $(wildcard service/compare/*.c)
SERVICE_C := $(filter-out service/main.c,$(wildcard service/*.c)) $(COMPARE_C)
CLIENT_C := client/client.c
CLI_C := $(filter-out client/main.c $(CLIENT_C),$(wildcard client/*.c))

objects = $(patsubst %.c,$(OBJ)/%.o,$(1))
GEN_O := $(patsubst $(GEN)/%.c,$(OBJ)/gen/%.o,$(GEN_C))
# What liboccupare is made of; JSON is not part of it.
LIBOCCUPARE_O := $(call objects,$(CLIENT_C) $(filter-out proto/json.c,$(PROTO_C))) $(GEN_O)

PROGRAMS := $(BIN)/occupared $(BIN)/occupare $(BIN)/occupare-store
LIBRARIES := $(LIB)/liboccupare.a $(LIB)/liboccupare.so

.PHONY: all
all: $(PROGRAMS) $(LIBRARIES) $(BUILD)/compile_commands.json ## build programs and library

$(GEN)/%.pb-c.c $(GEN)/%.pb-c.h &: proto/%.proto
	@mkdir -p $(GEN)
	$(Q)protoc-c --c_out=$(GEN) $(PROTOC_INCLUDES) $*.proto

$(GEN)/google/protobuf/%.pb-c.c $(GEN)/google/protobuf/%.pb-c.h &: /usr/include/google/protobuf/%.proto
	@mkdir -p $(GEN)
	$(Q)protoc-c --c_out=$(GEN) -I/usr/include google/protobuf/$*.proto

# The whole schema with comments, as GetSchema serves it.
$(GEN)/schema.binpb: $(addprefix proto/,$(PROTOS))
	@mkdir -p $(@D)
	$(Q)protoc --include_imports --include_source_info -o $@ $(PROTOC_INCLUDES) $(filter-out occupare/store/%,$(PROTOS))

$(OBJ)/service/introspection.o: $(GEN)/schema.binpb
$(OBJ)/service/introspection.o: private CPPFLAGS += -DOCC_SCHEMA_FILE='"$(GEN)/schema.binpb"'

GEN_H := $(GEN_C:.c=.h)
$(OBJ)/%.o: %.c | $(GEN_H)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(CPPFLAGS) $(PACKAGE_CFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Generated code is not ours to mend.
$(OBJ)/gen/%.o: $(GEN)/%.c | $(GEN_H)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -w -MMD -MP -c -o $@ $<

PACKAGE_CFLAGS = $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
$(eval PACKAGE_CFLAGS := $(PACKAGE_CFLAGS))

# ---- Rooms as archives, so that a program links only what it uses ----
archive = $(OBJ)/$(1).a
$(call archive,proto): $(call objects,$(PROTO_C)) $(GEN_O)
$(call archive,store): $(call objects,$(STORE_C))
$(call archive,service): $(call objects,$(SERVICE_C))
$(call archive,client): $(call objects,$(CLIENT_C) $(CLI_C))
$(OBJ)/%.a:
	@mkdir -p $(@D)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

link = @mkdir -p $(@D); echo "  LINK  $@"; $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) \
	-Wl,--start-group $(filter %.a,$^) -Wl,--end-group

$(BIN)/occupared: $(OBJ)/service/main.o $(call archive,service) $(call archive,store) $(call archive,proto)
	$(link) -lnng -llmdb -lprotobuf-c -ljansson -lutf8proc -lm
$(BIN)/occupare-store: $(OBJ)/store/main.o $(call archive,store) $(call archive,proto)
	$(link) -llmdb -lprotobuf-c -ljansson -lutf8proc -lm
$(BIN)/occupare: $(OBJ)/client/main.o $(call archive,client) $(call archive,proto)
	$(link) -lnng -lprotobuf-c -ljansson -lsmartcols -lutf8proc -lm

# One relocatable object whose internal names are made local: they cannot collide with those of a program linked to it.
$(LIB)/liboccupare.a: $(LIBOCCUPARE_O) client/occupare.map
	@mkdir -p $(@D)
	$(Q)$(LD) -r -o $(OBJ)/liboccupare.o $(LIBOCCUPARE_O)
	$(Q)sed -n 's/^[[:space:]]*\(occupare[a-z0-9_]*\(__\)\?\*\?\);.*/\1/p' client/occupare.map > $(OBJ)/liboccupare.symbols
	$(Q)objcopy --wildcard --keep-global-symbols=$(OBJ)/liboccupare.symbols $(OBJ)/liboccupare.o
	$(Q)rm -f $@ && $(AR) rcs $@ $(OBJ)/liboccupare.o

$(LIB)/liboccupare.so: $(LIBOCCUPARE_O) client/occupare.map
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -shared -Wl,-soname,liboccupare.so.$(SOVERSION) \
		-Wl,--version-script=client/occupare.map -Wl,-z,defs -o $@.$(VERSION) $(LIBOCCUPARE_O) -lnng -lprotobuf-c -lm
	$(Q)ln -sf liboccupare.so.$(VERSION) $@.$(SOVERSION) && ln -sf liboccupare.so.$(SOVERSION) $@

# ---- Tests ----
UNIT := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
$(BUILD)/tests/%: $(OBJ)/tests/unit/%.o $(call objects,$(wildcard tests/support/*.c)) $(call archive,service) \
	$(call archive,store) $(call archive,client) $(call archive,proto)
	$(link) -lcmocka -lnng -llmdb -lprotobuf-c -ljansson -lsmartcols -lutf8proc -lm

.PHONY: unit
unit: $(UNIT)
	$(Q)for t in $(UNIT); do $$t || exit 1; done

.PHONY: clean
clean: ## remove everything built
	rm -rf build compile_commands.json

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort | expand -t 16

$(BUILD)/compile_commands.json: Makefile
	@mkdir -p $(@D)
	$(Q){ echo '['; for f in $(PROTO_C) $(wildcard store/*.c store/import/*.c service/*.c client/*.c) $(COMPARE_C); do \
		printf '%s{"directory":"%s","file":"%s","command":"%s"}' "$$sep" '$(CURDIR)' "$$f" \
		'$(CC) $(subst ",\\",$(CPPFLAGS)) $(PACKAGE_CFLAGS) $(ALL_CFLAGS) -c '"$$f"; sep=','; done; echo ']'; } > $@
	$(Q)ln -sf $@ compile_commands.json

-include $(shell [ -d $(OBJ) ] && find $(OBJ) -name '*.d')
