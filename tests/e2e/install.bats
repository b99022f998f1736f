#!/usr/bin/env bats
# What `make install` leaves: programs that run, and a library that a program of somebody else's builds against.

bats_require_minimum_version 1.5.0
load ../support/daemon

BUILD=${OCCUPARE_BUILD:-$ROOT/build}

setup_file() {
	local dir=$BATS_FILE_TMPDIR
	make -C "$ROOT" -s BUILD="$BUILD" AS_BUILT=1 DESTDIR="$dir/root" prefix=/opt/occupare install >"$dir/log" 2>&1 || {
		cat "$dir/log" >&2
		return 1
	}
	store_make "$dir/store" "$ROOT/store/data/occupations.json"
	daemon_start "$dir/daemon" "$dir/store"
	echo "$DAEMON_PID" >"$dir/pid"
}

teardown_file() {
	DAEMON_PID=$(cat "$BATS_FILE_TMPDIR/pid")
	daemon_stop
}

setup() {
	DEST=$BATS_FILE_TMPDIR/root
	PREFIX=$DEST/opt/occupare
	export PKG_CONFIG_PATH=$PREFIX/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$DEST
	# A sanitized library wants a sanitized program.
	SANITIZE=
	! nm -D "$PREFIX/lib/liboccupare.so" | grep -q __asan_init || SANITIZE=-fsanitize=address,undefined
}

# compile OUTPUT SOURCE FLAG...: as a user would, with every warning an error.
compile() {
	local output=$1 source=$2
	shift 2
	${CC:-cc} -std=c11 -Wall -Wextra -Werror $SANITIZE -o "$output" "$source" "$@"
}

# Both are what a program that is linked to the library prints.
expect_comparison() {
	printf '%s\n' "$output"
	[ "$status" -eq 0 ]
	[[ $output == *'Service Director: $114,981'* ]]
	[[ $output == *'difference: +$45,252'* ]]
}

@test "programs, man pages, completions, schema and starter data are there" {
	for file in bin/occupare bin/occupared bin/occupare-store lib/liboccupare.a lib/liboccupare.so lib/liboccupare.so.1 \
		lib/pkgconfig/occupare.pc include/occupare-1/occupare.h include/occupare-1/proto/status.h \
		include/occupare-1/occupare/v1/comparison_service.pb-c.h share/man/man1/occupare.1 \
		share/occupare/proto/occupare/v1/comparison_service.proto share/occupare/occupations.json share/occupare/starter.tsv \
		share/bash-completion/completions/occupare; do
		[ -s "$PREFIX/$file" ] || {
			echo "$file is missing"
			return 1
		}
	done
	"$PREFIX/bin/occupare" health
}

@test "nothing is installed outside the prefix" {
	[ "$(ls -A "$DEST")" = opt ]
	[ "$(ls -A "$DEST/opt")" = occupare ]
}

@test "the example builds against the installed shared library and runs" {
	compile "$BATS_TEST_TMPDIR/compare" "$ROOT/client/examples/compare.c" $(pkg-config --cflags --libs occupare)
	export LD_LIBRARY_PATH=$PREFIX/lib
	readelf -d "$BATS_TEST_TMPDIR/compare" | grep -q 'liboccupare.so.1'
	run "$BATS_TEST_TMPDIR/compare" patient-services-manager service-director
	expect_comparison
	run "$BATS_TEST_TMPDIR/compare" patient-services-manager nobody-knows
	[ "$status" -eq 1 ]
	[[ $output == NOT_FOUND:* ]]
}

@test "the example builds against the installed static library and runs" {
	compile "$BATS_TEST_TMPDIR/compare" "$ROOT/client/examples/compare.c" $(pkg-config --cflags occupare) \
		$(pkg-config --static --libs occupare | sed 's/-loccupare/-l:liboccupare.a/')
	run ! grep -q liboccupare.so <(readelf -d "$BATS_TEST_TMPDIR/compare")
	run "$BATS_TEST_TMPDIR/compare" patient-services-manager service-director
	expect_comparison
}

@test "each installed header compiles alone, in C and in C++" {
	cd "$PREFIX/include/occupare-1"
	for header in $(find . -name '*.h'); do
		echo "#include \"$header\"" >"$BATS_TEST_TMPDIR/alone.c"
		${CC:-cc} -std=c11 -Wall -Wextra -Werror -I. -c -o /dev/null "$BATS_TEST_TMPDIR/alone.c"
	done
	[ -n "$(type -P c++)" ] || skip "no C++ compiler here"
	echo '#include <occupare.h>' >"$BATS_TEST_TMPDIR/alone.cc"
	c++ -Wall -Wextra -Werror -I. -c -o /dev/null "$BATS_TEST_TMPDIR/alone.cc"
}

# Names that a program may link to, as the map has them.
strangers() {
	grep -vE '^(occupare_[a-z].*|occupare__v1__.*|OCCUPARE_1)$' || true
}

@test "the shared library exports what its map says and nothing else" {
	nm -D --defined-only "$PREFIX/lib/liboccupare.so" | awk '{ sub("@.*", "", $3); print $3 }' >"$BATS_TEST_TMPDIR/names"
	[ -z "$(strangers <"$BATS_TEST_TMPDIR/names")" ]
	grep -qx occupare_compare_occupations "$BATS_TEST_TMPDIR/names"
	grep -qx occupare__v1__comparison__free_unpacked "$BATS_TEST_TMPDIR/names"
}

@test "the static library has no other global names" {
	nm -g --defined-only "$PREFIX/lib/liboccupare.a" | awk 'NF == 3 { print $3 }' |
		grep -vE '^(__(asan|odr_asan)|\.)' >"$BATS_TEST_TMPDIR/names"
	[ -z "$(strangers <"$BATS_TEST_TMPDIR/names")" ]
	grep -qx occupare_compare_occupations "$BATS_TEST_TMPDIR/names"
}

@test "every function that occupare.h and status.h declare is exported" {
	cat "$PREFIX/include/occupare-1/occupare.h" "$PREFIX/include/occupare-1/proto/status.h" | grep -v '^ \*' |
		grep -oE '\boccupare_[a-z_]+\(' | tr -d '(' | sort -u >"$BATS_TEST_TMPDIR/declared"
	nm -D --defined-only "$PREFIX/lib/liboccupare.so" | awk '{ sub("@.*", "", $3); print $3 }' | sort -u >"$BATS_TEST_TMPDIR/names"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/declared")" -gt 25 ]
	[ -z "$(comm -23 "$BATS_TEST_TMPDIR/declared" "$BATS_TEST_TMPDIR/names")" ]
}

@test "uninstall removes what install put there" {
	cp -a "$DEST" "$BATS_TEST_TMPDIR/root"
	make -C "$ROOT" -s BUILD="$BUILD" AS_BUILT=1 DESTDIR="$BATS_TEST_TMPDIR/root" prefix=/opt/occupare uninstall
	[ -z "$(find "$BATS_TEST_TMPDIR/root" ! -type d)" ]
}
