#!/usr/bin/env bash
# ablation_test.sh TESTDATA LAQ: a development build (-DLAQ_ABLATION) leaves out the tools that LAQ_WITHOUT names: the file
# is another one, and still decodes. A name that no encoder asks for is told.
set -euo pipefail
testdata=$(realpath "$1")
laq=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
  echo "FAILED: $1"
  failures=$((failures + 1))
}

# without TOOL FILE OPTION...
without() {
  local tool=$1 file=$2 out=laq
  shift 2
  [[ $file == *.npy ]] && out=npy || out=pam
  "$laq" encode --quiet -f "$@" "$file" "$work/whole.laq"
  LAQ_WITHOUT=$tool "$laq" encode --quiet -f "$@" "$file" "$work/without.laq" 2> "$work/messages"
  [[ ! -s $work/messages ]] || fail "without $tool: $(cat "$work/messages")"
  ! cmp -s "$work/whole.laq" "$work/without.laq" || fail "$file is the same file without $tool"
  "$laq" decode -f "$work/without.laq" "$work/decoded.$out" || fail "$file without $tool does not decode"
}

for tool in adaptive_steps chroma_from_luma deblocking directional_filter frequency_weights halves \
  rate_distortion_quantization sine_transforms texture; do
  without $tool "$testdata/natural.ppm" -q 60
done
for tool in copy palette; do without $tool "$testdata/screen.ppm"; done

# A plane, which one of these codings serves best.
printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' "{'descr': '|u1', 'fortran_order': False, 'shape': (192, 768), }" > "$work/plane.npy"
tail -c 147456 "$testdata/natural.ppm" >> "$work/plane.npy"
without interpolation,local_regression,cascade,wavelet "$work/plane.npy" --max-error 3

LAQ_WITHOUT=no_such_tool "$laq" encode --quiet -f "$testdata/flat.pgm" "$work/flat.laq" 2> "$work/messages"
grep -q no_such_tool "$work/messages" || fail "a tool that there is not raises no message"
((failures == 0)) || exit 1
echo "ablation: all passed"
