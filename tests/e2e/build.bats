#!/usr/bin/env bats
# What make makes anew, and what it leaves alone.

ROOT=$BATS_TEST_DIRNAME/../..
BUILD=${OCCUPARE_BUILD:-$ROOT/build}

# would MAKE_ARGUMENT...: what would be made now, with whatever flags it was made before.
would() {
	make -C "$ROOT" -n BUILD="$BUILD" AS_BUILT=1 "$@" all test-programs |
		grep -E '"  (CC|LINK|GEN)|protoc|compile_commands' || true
}

@test "what is built is not built again" {
	run would
	[ "$output" = "" ]
}

@test "a changed header makes those anew that include it, and no others" {
	run would -W store/store.h
	[[ $output == *'CC    service/occupations.c'* ]]
	[[ $output == *'LINK  '*/bin/occupared* ]]
	[[ $output != *'CC    client/main.c'* ]]
	[[ $output != *'LINK  '*'/bin/occupare"'* ]]
}

# A tree of its own, with something built.
a_tree() {
	tree=$BATS_TEST_TMPDIR/tree
	mkdir "$tree"
	cp -R "$ROOT/Makefile" "$ROOT/proto" "$tree"
	remake
}

remake() {
	make -C "$tree" --no-print-directory build/obj/proto/rpc.o build/gen/schema.binpb "$@"
}

@test "changed flags make objects anew, once" {
	a_tree
	run remake CFLAGS=-O0
	[[ $output == *'  CC    proto/rpc.c'* && $output != *'  GEN'* ]]
	run remake CFLAGS=-O0
	[[ $output != *'  CC'* ]]
}

@test "a changed schema makes its code, what includes it and what the daemon serves of it anew" {
	a_tree
	cp "$tree/build/gen/schema.binpb" "$tree/before"
	run remake
	[[ $output != *'  CC'* && $output != *'  GEN'* ]]
	echo 'message Another {}' >>"$tree/proto/occupare/v1/common.proto"
	run remake
	[[ $output == *'  GEN'* ]]
	[[ $output == *'  CC    proto/rpc.c'* ]]
	! cmp -s "$tree/before" "$tree/build/gen/schema.binpb"
}

@test "compile_commands.json is JSON and has every source" {
	jq -e --arg root "$(cd "$ROOT" && pwd)" 'all(.[]; .directory == $root and (.arguments | index("-std=gnu11")))' \
		"$BUILD/compile_commands.json"
	[ "$(jq -r '.[].file' "$BUILD/compile_commands.json" | sort)" = \
		"$(cd "$ROOT" && find proto store service client tests -name '*.c' | sort)" ]
}
