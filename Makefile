# Occupare.  `make help` lists the targets, README.md explains them.
#
#   BUILD=dir    where everything goes    V=1   show commands    WERROR=1   warnings are errors
#   SANITIZE=address,undefined            build with sanitizers, into a folder of its own
#   AS_BUILT=1   as it was built before, whatever flags were given then
#   prefix, bindir, libdir, includedir, datadir, mandir, DESTDIR   where `make install` puts things

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

VERSION := 0.1.0
SOVERSION := 1

comma := ,
SANITIZE ?=
BUILD ?= build$(if $(SANITIZE),/sanitize-$(subst $(comma),-,$(SANITIZE)))
# One name for one folder: what was noted of dependencies names it so.
override BUILD := $(patsubst $(CURDIR)/%,%,$(BUILD))
GEN := $(BUILD)/gen
OBJ := $(BUILD)/obj
BIN := $(BUILD)/bin
LIB := $(BUILD)/lib
TESTS := $(BUILD)/tests
Q := $(if $(V),,@)

prefix ?= /usr/local
bindir ?= $(prefix)/bin
libdir ?= $(prefix)/lib
includedir ?= $(prefix)/include
datadir ?= $(prefix)/share
mandir ?= $(datadir)/man

PACKAGES := libprotobuf-c lmdb jansson libutf8proc smartcols libzip zlib expat libmicrohttpd
CFLAGS ?= -O2 -g
CPPFLAGS += -D_GNU_SOURCE -I. -I$(GEN) -DOCC_VERSION='"$(VERSION)"' -DOCC_DATADIR='"$(datadir)/occupare"' \
	-DOCC_GEN='"$(GEN)"' -DOCC_SCHEMA_FILE='"$(GEN)/schema.binpb"' -DOCC_STYLE_FILE='"service/compare/page.css"'
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla \
	-Wno-missing-field-initializers
SANITIZE_FLAGS := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer)
# Asked for when something is compiled and not before: `make demo` and `make check` install pkg-config first.
PACKAGE_CFLAGS = $(eval PACKAGE_CFLAGS := $$(shell pkg-config --cflags $(PACKAGES)))$(PACKAGE_CFLAGS)
ALL_CFLAGS = -std=gnu11 -fPIC -pthread $(WARNINGS) $(CFLAGS) $(SANITIZE_FLAGS)
ALL_LDFLAGS = -pthread $(LDFLAGS) $(SANITIZE_FLAGS)
COMPILE = $(CC) $(CPPFLAGS) $(PACKAGE_CFLAGS) $(ALL_CFLAGS)

# Two at a time and so on, unless the caller said how many.
SUBMAKE = +$(Q)$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

# ---- Schema ----
PROTOC_INCLUDE ?= /usr/include
PROTOS := $(sort $(patsubst proto/%,%,$(shell find proto -name '*.proto')))
WELL_KNOWN := $(addprefix google/protobuf/,any.proto duration.proto timestamp.proto)
GEN_C := $(patsubst %.proto,$(GEN)/%.pb-c.c,$(PROTOS) $(WELL_KNOWN))
GEN_H := $(GEN_C:.c=.h)

# ---- Sources, one list per folder ----
PROTO_C := $(wildcard proto/*.c)
STORE_C := $(filter-out store/main.c,$(wildcard store/*.c store/import/*.c))
SERVICE_C := $(filter-out service/main.c,$(wildcard service/*.c service/compare/*.c))
CLIENT_C := client/client.c
CLI_C := $(filter-out client/main.c $(CLIENT_C),$(wildcard client/*.c))
SUPPORT_C := $(wildcard tests/support/*.c)
SOURCES := $(sort $(filter-out build/%,$(wildcard */*.c */*/*.c)))

HEADERS := $(sort $(filter-out build/%,$(wildcard */*.h */*/*.h)))

objects = $(patsubst %.c,$(OBJ)/%.o,$(1))
GEN_O := $(patsubst $(GEN)/%.c,$(OBJ)/gen/%.o,$(GEN_C))
# What liboccupare is made of; JSON is not part of it.
LIBOCCUPARE_O := $(call objects,$(CLIENT_C) $(filter-out proto/json%,$(PROTO_C))) $(GEN_O)

PROGRAMS := $(BIN)/occupared $(BIN)/occupare $(BIN)/occupare-store
LIBRARIES := $(LIB)/liboccupare.a $(LIB)/liboccupare.so

.PHONY: all
all: $(PROGRAMS) $(LIBRARIES) $(BUILD)/compile_commands.json ## build programs and library (the default)

# ---- What others are made with: a file that changes when they must be made anew ----
remember = $(Q)mkdir -p $(@D) && printf '%s' '$(subst ','\'',$(1))' >$@.$$$$ \
	&& { cmp -s $@.$$$$ $@ && rm $@.$$$$ || mv $@.$$$$ $@; }
.PHONY: FORCE
$(BUILD)/flags: $(if $(AS_BUILT),,FORCE)
	$(call remember,$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS))
$(BUILD)/sources: $(if $(AS_BUILT),,FORCE)
	$(call remember,$(SOURCES))

# ---- Generated code ----
$(GEN_C) $(GEN_H) &: $(addprefix proto/,$(PROTOS))
	@mkdir -p $(GEN)
	@echo "  GEN   $(GEN)"
	$(Q)protoc-c --c_out=$(GEN) -Iproto -I$(PROTOC_INCLUDE) $(PROTOS) $(WELL_KNOWN)

# The whole schema with comments, as GetSchema serves it.
$(GEN)/schema.binpb: $(addprefix proto/,$(PROTOS))
	@mkdir -p $(@D)
	$(Q)protoc --include_imports --include_source_info -o $@ -Iproto -I$(PROTOC_INCLUDE) \
		$(filter-out occupare/store/%,$(PROTOS))

$(OBJ)/service/introspection.o: $(GEN)/schema.binpb
$(OBJ)/service/compare/html.o: service/compare/page.css
$(OBJ)/service/site.o: service/site.js service/icon.svg $(GEN)/page.css.sha256 $(GEN)/site.js.sha256

# Hashes of what pages carry: base64 for their policy, hexadecimal for the names of files.
$(GEN)/page.css.sha256: service/compare/page.css
	@mkdir -p $(@D)
	$(Q)sha256sum $< | cut -c 1-64 | tr a-f A-F | basenc --base16 -d | base64 >$@
$(GEN)/site.js.sha256: service/site.js
	@mkdir -p $(@D)
	$(Q)sha256sum $< >$@

# ---- Objects; kept, though only a pattern asks for those of tests ----
.PRECIOUS: $(OBJ)/%.o
$(OBJ)/%.o: %.c $(BUILD)/flags | $(GEN_H)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(COMPILE) $(if $(WERROR),-Werror) -MMD -MP -c -o $@ $<

# Generated code is not ours to mend.
$(OBJ)/gen/%.o: $(GEN)/%.c $(BUILD)/flags | $(GEN_H)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -w -MMD -MP -c -o $@ $<

# ---- Folders as archives, so that a program links only what it uses ----
archive = $(OBJ)/$(1).a
$(call archive,proto): $(call objects,$(PROTO_C)) $(GEN_O)
$(call archive,store): $(call objects,$(STORE_C))
$(call archive,service): $(call objects,$(SERVICE_C))
$(call archive,client): $(call objects,$(CLIENT_C) $(CLI_C))
$(call archive,support): $(call objects,$(SUPPORT_C))
$(OBJ)/%.a: $(BUILD)/sources
	@mkdir -p $(@D)
	$(Q)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)

define link
@mkdir -p $(@D)
@echo "  LINK  $@"
$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group
endef

$(BIN)/occupared: $(OBJ)/service/main.o $(call archive,service) $(call archive,store) $(call archive,proto)
	$(link) -lnng -lmicrohttpd -llmdb -lprotobuf-c -ljansson -lutf8proc -lz -lm
$(BIN)/occupare-store: $(OBJ)/store/main.o $(call archive,store) $(call archive,proto)
	$(link) -llmdb -lprotobuf-c -ljansson -lutf8proc -lzip -lz -lexpat -lm
$(BIN)/occupare: $(OBJ)/client/main.o $(call archive,client) $(call archive,proto)
	$(link) -lnng -lprotobuf-c -ljansson -lsmartcols -lutf8proc -lm

# One relocatable object whose internal names are made local: they cannot collide with those of a program linked to it.
$(LIB)/liboccupare.a: $(LIBOCCUPARE_O) client/occupare.map
	@mkdir -p $(@D)
	$(Q)$(LD) -r -o $(OBJ)/liboccupare.o $(LIBOCCUPARE_O)
	$(Q)sed -n '/^global:/,/^local:/s/^[[:space:]]*\(.*\);$$/\1/p' client/occupare.map >$(OBJ)/liboccupare.symbols
	$(Q)objcopy --wildcard --keep-global-symbols=$(OBJ)/liboccupare.symbols $(OBJ)/liboccupare.o
	$(Q)rm -f $@ && $(AR) rcs $@ $(OBJ)/liboccupare.o

$(LIB)/liboccupare.so: $(LIBOCCUPARE_O) client/occupare.map
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -shared -Wl,-soname,liboccupare.so.$(SOVERSION) \
		-Wl,--version-script=client/occupare.map -Wl,-z,defs -o $@.$(VERSION) $(LIBOCCUPARE_O) -lnng -lprotobuf-c -lm
	$(Q)ln -sf liboccupare.so.$(VERSION) $@.$(SOVERSION) && ln -sf liboccupare.so.$(SOVERSION) $@

# One command as a list of JSON strings, then one entry per source.
$(BUILD)/compile_commands.json: $(BUILD)/flags $(BUILD)/sources
	$(Q)set -- $(COMPILE) && arguments=$$(printf '%s\n' "$$@" | sed 's/[\\"]/\\&/g; s/.*/"&", /' | tr -d '\n') && { \
		echo '['; separator=; for source in $(SOURCES); do \
		printf '%s{"directory": "%s", "file": "%s", "arguments": [%s"-c", "%s"]}' \
			"$$separator" '$(CURDIR)' "$$source" "$$arguments" "$$source"; separator=,; \
		done; echo ']'; } >$@
	$(if $(filter build,$(BUILD)),$(Q)ln -sf $@ compile_commands.json)

# ---- Running it ----
.PHONY: demo
demo: ## install what is missing, build, and compare two occupations through a daemon of its own
	@deploy/packages/install build
	$(SUBMAKE) all
	@tests/demo $(BIN)

RUN_SOCKET = $(abspath $(BUILD))/run/occupare.sock
.PHONY: run
run: all ## a daemon in the foreground on the starter data
	@mkdir -p $(BUILD)/run
	@$(BIN)/occupare-store import starter store/data/starter.tsv --store $(BUILD)/run/store
	@$(BIN)/occupare-store import json store/data/occupations.json --store $(BUILD)/run/store
	@echo 'In another terminal: $(BIN)/occupare --url ipc://$(RUN_SOCKET) list    Here: Ctrl-C ends it.'
	@exec $(BIN)/occupared --store $(BUILD)/run/store --listen ipc://$(RUN_SOCKET) --writable

# ---- Starter data: facts and figures of releases as they are published, which are not in git ----
OCCUPARE_SHARED_DATA ?= ../shared/data
STARTER ?= store/data/starter.tsv
STARTER_STORE = $(BUILD)/starter
import_starter = $(Q)$(BIN)/occupare-store import $(1) $(foreach path,$(2),'$(OCCUPARE_SHARED_DATA)/$(path)') \
	--store $(STARTER_STORE) --quiet
.PHONY: starter
starter: $(if $(AS_BUILT),,$(BIN)/occupare-store) ## store/data/starter.tsv anew, of the releases in OCCUPARE_SHARED_DATA
	$(Q)rm -rf $(STARTER_STORE)
	$(call import_starter,onet,onet_30_1_text)
	$(call import_starter,oews,bls_oews/national_M2024_dl.xlsx bls_oews/state_M2023_dl.csv)
	$(call import_starter,projections,bls_ep)
	$(call import_starter,demographics,cps_demographics/cpsaat11_2022.xlsx cps_demographics/cpsaat11b.xlsx)
	$(Q)$(BIN)/occupare-store export starter $(STARTER) --store $(STARTER_STORE)
	$(Q)rm -rf $(STARTER_STORE)

# ---- Tests: tests/*/test_*.c are cmocka programs, the other sources beside them are programs that tests start ----
TEST_C := $(wildcard tests/unit/test_*.c tests/e2e/*.c tests/fault/*.c)
TEST_PROGRAMS := $(patsubst tests/%.c,$(TESTS)/%,$(patsubst tests/unit/%,tests/%,$(TEST_C)))
link_test = $(link) -lcmocka -lnng -lmicrohttpd -llmdb -lprotobuf-c -ljansson -lsmartcols -lutf8proc -lzip -lz -lexpat -lm
ARCHIVES := $(foreach folder,support service store client proto,$(call archive,$(folder)))
$(TESTS)/%: $(OBJ)/tests/unit/%.o $(ARCHIVES)
	$(link_test)
$(TESTS)/%: $(OBJ)/tests/%.o $(ARCHIVES)
	$(link_test)

.PHONY: test-programs
test-programs: all $(TEST_PROGRAMS)

.PHONY: unit
unit: $(TEST_PROGRAMS) ## only the unit tests, as they are built
	@tests/run --build $(BUILD) unit

.PHONY: check
check: ## install what is missing and run every test, built plainly and with sanitizers
	@deploy/packages/install build check
	$(SUBMAKE) test-programs
	$(if $(SANITIZE),,$(SUBMAKE) SANITIZE=address,undefined BUILD=$(BUILD)/sanitize test-programs)
	@tests/run --build $(BUILD) $(if $(SANITIZE),,--sanitized $(BUILD)/sanitize)

.PHONY: check-fresh
check-fresh: ## prove the two commands of README.md in a minimal Debian 12 of its own
	@tests/check-fresh

.PHONY: bench
bench: all $(addprefix $(TESTS)/bench/,load echo bare search similar) ## requests per second and their cost against a bare echo, HTTP against nng, imports against sqlite3, searches, likeness
	@tests/bench/run $(BIN) $(TESTS)/bench
	@tests/bench/import $(BIN)
	@tests/bench/search $(BIN) $(TESTS)/bench
	@tests/bench/similar $(BIN) $(TESTS)/bench

$(TESTS)/bench/load $(TESTS)/bench/echo: $(TESTS)/bench/%: $(OBJ)/tests/bench/%.o $(call objects,$(addprefix \
	tests/bench/,sp.c histogram.c requests.c)) $(call archive,proto)
	$(link) -lprotobuf-c -ljansson -lm
$(TESTS)/bench/bare: $(OBJ)/tests/bench/bare.o
	$(link) -lmicrohttpd
$(TESTS)/bench/similar: $(OBJ)/tests/bench/similar.o $(OBJ)/tests/bench/histogram.o \
	$(foreach folder,service store proto,$(call archive,$(folder)))
	$(link) -llmdb -lprotobuf-c -ljansson -lutf8proc -lm
$(TESTS)/bench/search: $(OBJ)/tests/bench/search.o $(OBJ)/tests/bench/histogram.o $(call archive,store) $(call archive,proto)
	$(link) -llmdb -lprotobuf-c -ljansson -lutf8proc -lm

# ---- Fuzzing: a driver per input. As ordinary programs they replay their corpus in every `make check` ----
FUZZ_SECONDS ?= 20
FUZZ_C := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_PROGRAMS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(FUZZ_C))
$(BUILD)/fuzz/fuzz_%: $(OBJ)/tests/fuzz/fuzz_%.o $(if $(FUZZER),,$(OBJ)/tests/fuzz/replay.o) $(ARCHIVES)
	$(link_test) $(if $(FUZZER),-fsanitize=fuzzer)

.PHONY: fuzz-replay fuzz
test-programs: fuzz-replay
fuzz-replay: $(FUZZ_PROGRAMS)

fuzz: ## let clang's libFuzzer try each input for FUZZ_SECONDS (20); what it finds stays in $(BUILD)/clang
	$(SUBMAKE) CC=clang SANITIZE=fuzzer-no-link,address,undefined FUZZER=1 BUILD=$(BUILD)/clang fuzz-replay
	$(Q)for driver in $(patsubst tests/fuzz/fuzz_%.c,%,$(FUZZ_C)); do \
		mkdir -p $(BUILD)/clang/corpus/$$driver tests/fuzz/corpus/$$driver; \
		$(BUILD)/clang/fuzz/fuzz_$$driver -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 -verbosity=0 \
			-artifact_prefix=$(BUILD)/clang/$$driver- $(BUILD)/clang/corpus/$$driver tests/fuzz/corpus/$$driver \
			>$(BUILD)/clang/$$driver.log 2>&1 || { tail -40 $(BUILD)/clang/$$driver.log; exit 1; }; \
		echo "ok     fuzz/$$driver"; done

# ---- Installing: mode:file:place ----
INCLUDED := $(includedir)/occupare-1
INSTALLED = $(foreach file,$(PROGRAMS),755:$(file):$(bindir)/$(notdir $(file))) \
	644:$(LIB)/liboccupare.a:$(libdir)/liboccupare.a \
	755:$(LIB)/liboccupare.so.$(VERSION):$(libdir)/liboccupare.so.$(VERSION) \
	644:$(BUILD)/occupare.pc:$(libdir)/pkgconfig/occupare.pc \
	644:client/occupare.h:$(INCLUDED)/occupare.h 644:proto/status.h:$(INCLUDED)/proto/status.h \
	$(foreach file,$(patsubst %.proto,%.pb-c.h,$(filter occupare/v1/% google/rpc/status.proto,$(PROTOS)) \
		google/protobuf/any.proto google/protobuf/timestamp.proto),644:$(GEN)/$(file):$(INCLUDED)/$(file)) \
	$(foreach file,$(filter-out occupare/store/%,$(PROTOS)),644:proto/$(file):$(datadir)/occupare/proto/$(file)) \
	$(foreach file,$(wildcard store/data/*),644:$(file):$(datadir)/occupare/$(notdir $(file))) \
	$(foreach file,$(wildcard */*.[1-8]),644:$(file):$(mandir)/man$(patsubst .%,%,$(suffix $(file)))/$(notdir $(file))) \
	644:$(BUILD)/completion/bash:$(datadir)/bash-completion/completions/occupare \
	644:$(BUILD)/completion/zsh:$(datadir)/zsh/site-functions/_occupare \
	644:$(BUILD)/completion/fish:$(datadir)/fish/vendor_completions.d/occupare.fish
LINKS = $(libdir)/liboccupare.so.$(SOVERSION) $(libdir)/liboccupare.so

$(BUILD)/occupare.pc: client/occupare.pc.in FORCE
	$(Q)sed -e 's,@prefix@,$(prefix),; s,@libdir@,$(libdir),; s,@includedir@,$(includedir),; s,@version@,$(VERSION),' \
		-e '/^#/d' $< >$@

$(BUILD)/completion/%: $(BIN)/occupare
	@mkdir -p $(@D)
	$(Q)$(BIN)/occupare completion $* >$@

.PHONY: install
install: all $(BUILD)/occupare.pc $(addprefix $(BUILD)/completion/,bash zsh fish) ## programs, library, man pages, schema and starter data, under $(DESTDIR)$(prefix)
	$(Q)for entry in $(INSTALLED); do \
		place=$${entry##*:}; mode=$${entry%%:*}; file=$${entry#*:}; file=$${file%:*}; \
		install -D -m $$mode $$file "$(DESTDIR)$$place" || exit 1; done
	$(Q)for link in $(LINKS); do ln -sf liboccupare.so.$(VERSION) "$(DESTDIR)$$link" || exit 1; done

.PHONY: uninstall
uninstall: ## remove what install put there
	$(Q)for entry in $(INSTALLED) $(LINKS); do rm -f "$(DESTDIR)$${entry##*:}"; done

# ---- Lint: tests/lint holds what needs no tool of its own and is part of `make check` ----
BUF_VERSION := 1.75.0
NOT_LINTED := tests/% client/examples/%
BUF := $(BUILD)/npm/node_modules/.bin/buf
SCRIPTS := .ci/run deploy/packages/install $(shell grep -rlE '^\#!.*[/ ](ba)?sh$$' tests)

.PHONY: lint
lint: ## install what is missing and look for everything that a machine can see
	@deploy/packages/install build check lint
	$(SUBMAKE) -k lint-rules lint-format lint-cppcheck lint-tidy lint-schema lint-scripts
	@echo "Longest functions:"
	@ctags -x --fields=+ne --kinds-C=f --_xformat='%{end} %n %F %N' $(filter-out $(NOT_LINTED),$(SOURCES)) \
		| awk '{ print $$1 - $$2 + 1, $$3 ":" $$2, $$4 }' | sort -rn | head -5

.PHONY: lint-rules lint-format lint-cppcheck lint-tidy lint-schema lint-scripts
lint-rules: $(GEN_H)
	@for rule in tests/lint/*; do OCCUPARE_GEN=$(GEN) $$rule || { echo "$$rule: failed"; exit 1; }; done

lint-format:
	$(Q)clang-format --dry-run -Werror $(SOURCES) $(HEADERS)

lint-cppcheck: $(GEN_H)
	$(Q)cppcheck -q --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
		--suppress=missingInclude --suppress='*:$(GEN)/*' -D_GNU_SOURCE -I. -I$(GEN) --library=posix,gnu \
		$(filter-out $(NOT_LINTED),$(SOURCES))

lint-tidy: $(BUILD)/compile_commands.json $(GEN_H) $(GEN)/schema.binpb
	$(Q)printf '%s\n' $(filter-out $(NOT_LINTED),$(SOURCES)) | xargs -P $(shell nproc) -n 1 clang-tidy -quiet -p $(BUILD) 2>&1 \
		| { grep -vE '^[0-9]+ warnings? generated|^$$' || true; } | { ! grep .; }

lint-schema: $(BUF)
	$(Q)$(BUF) lint proto
	$(Q)$(BUF) format -d --exit-code proto

lint-scripts:
	$(Q)shellcheck $(SCRIPTS)
	$(Q)mandoc -T lint -W warning $(wildcard */*.[1-8])

$(BUF):
	$(Q)npm install --silent --no-audit --no-fund --no-save --prefix $(BUILD)/npm @bufbuild/buf@$(BUF_VERSION)

.PHONY: format
format: $(BUF) ## clang-format and buf format, in place
	$(Q)clang-format -i $(SOURCES) $(HEADERS)
	$(Q)$(BUF) format -w proto

.PHONY: clean
clean: ## remove everything built
	rm -rf build compile_commands.json

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 21

-include $(shell [ -d $(OBJ) ] && find $(OBJ) -name '*.d')
