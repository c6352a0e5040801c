# SPDX-License-Identifier: MIT
# What the test commands share. Sourced, in the root of the project, after the packages are installed.

PATH=$PATH:/usr/sbin:/sbin
export PATH
# A missing program is a failure, not a skipped test, unless this system has no package for it.
export SOCKSCAT_REQUIRE_ALL=1
SOCKSCAT_LEFT_OUT=
for program in danted clang-format-14 clang-tidy-14; do
    command -v $program >/dev/null || SOCKSCAT_LEFT_OUT="$SOCKSCAT_LEFT_OUT $program"
done
export SOCKSCAT_LEFT_OUT
# What a sanitizer finds must not pass for an exit status of ours.
export ASAN_OPTIONS=exitcode=99:handle_sigill=1 LSAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=exitcode=99:print_stacktrace=1
export TSAN_OPTIONS=exitcode=99
export SOCKSCAT_BEGAN="${SOCKSCAT_BEGAN:-$(date +%s)}"

# say WORDS: a headline, with the time elapsed
say() {
    seconds=$(($(date +%s) - SOCKSCAT_BEGAN))
    printf '\n==== %s (after %d:%02d) ====\n' "$*" $((seconds / 60)) $((seconds % 60))
    [ -z "$SOCKSCAT_LEFT_OUT" ] || echo "tests LEFT OUT because they need:$SOCKSCAT_LEFT_OUT"
}

# build PRESET [TARGET...]
build() {
    preset=$1
    shift
    say "$preset: building"
    cmake --preset "$preset" && cmake --build --preset "$preset" --target "${@:-all}"
}

# run_tests PRESET [OPTION OF CTEST...]
# With $SOCKSCAT_TRIES, a failing test is run up to that many times; ctest prints each failure.
run_tests() {
    preset=$1
    shift
    say "$preset: testing"
    ctest --preset "$preset" --repeat "until-pass:${SOCKSCAT_TRIES:-1}" "$@"
}
