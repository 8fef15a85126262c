# For the tests of the command, which source it with LAQ and TESTDATA as they got them: a folder to work in, and what to expect there.
set -u
laq=$(realpath "$1") testdata=$(realpath "$2")
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 1
umask 022

# A file keeps the failures, because parts of a pipeline cannot count them.
fail() {
  echo "FAILED: $*"
  echo "$*" >> "$work/.failures"
}

# expect STATUS TEXT COMMAND...: runs it; its exit status must be STATUS, and its standard error one line that holds TEXT (nothing
# at all where TEXT is empty).
expect() {
  local status=$1 text=$2
  shift 2
  "$@" > stdout 2> stderr
  local got=$?
  [[ $got == "$status" ]] || fail "status $got instead of $status: $* ($(cat stderr))"
  if [[ -z $text ]]; then
    [[ ! -s stderr ]] || fail "it should be silent: $* ($(cat stderr))"
  else
    grep -qF -- "$text" stderr || fail "the message lacks '$text': $* ($(cat stderr))"
    [[ $(wc -l < stderr) == 1 ]] || fail "not one line: $* ($(cat stderr))"
    grep -q '^laq: ' stderr || fail "the message does not begin with laq: ($(cat stderr))"
  fi
}
exists() { [[ -e $1 ]] || fail "$1 should exist"; }
missing() { [[ ! -e $1 ]] || fail "$1 should not exist"; }
no_leftovers() {
  local left
  left=$(find . -name '.laq-*')
  [[ -z $left ]] || fail "left behind: $left"
}

# The last line of a test: its result.
finish() {
  no_leftovers
  [[ ! -e $work/.failures ]] || exit 1
  echo "all as promised"
}
