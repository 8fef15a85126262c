#!/usr/bin/env bash
# determinism_test.sh TESTDATA LAQ...: all of these programs (builds by several compilers) write the same bytes with any number of
# threads, and read the same samples from them.
set -euo pipefail
testdata=$(realpath "$1")
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# Sixteen copies of a picture below one another: several tiles, so that threads have something to share.
{
  printf 'P6\n256 3072\n255\n'
  for _ in {1..16}; do tail -c $((256 * 192 * 3)) "$testdata/natural.ppm"; done
} > "$work/tiles.ppm"

# same FIRST SECOND WHAT
same() {
  cmp -s "$1" "$2" || {
    echo "FAILED: not the same: $3"
    failures=$((failures + 1))
  }
}

# A NumPy file of a type and a shape, of the bytes of standard input.
npy() {
  printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' "{'descr': '$1', 'fortran_order': False, 'shape': $2, }"
  cat
}
# Two channels of tones, 16 bits.
tones() {
  printf "$(awk 'BEGIN {
    for (channel = 0; channel < 2; ++channel) {
      for (i = 0; i < 12000; ++i) {
        value = int(32768 + 15000 * sin(i / 7 + channel) + 9000 * sin(i * i / 300000) + i * i * 7 % 90)
        printf "\\%03o\\%03o", value % 256, int(value / 256)
      }
    }
  }')"
}
# A field, noise, and a series: predictions, transforms and logarithms have their turn.
tail -c 147456 "$testdata/natural.ppm" | npy '|u1' '(192, 256, 3)' > "$work/field.npy"
tail -c 147456 "$testdata/natural.ppm" | npy '<i2' '(24, 64, 48)' > "$work/noise.npy"
tones | npy '<u2' '(2, 12000)' > "$work/series.npy"
for name in field noise series; do
  file=$work/$name.npy
  for target in --lossless "--max-error 3" "--max-error 90 --chunk 9000" "--max-error 3 -e 1" "--max-error 1 -e 3" "--pointwise-rel 0.05" "--psnr 40" "--snr 25 --chunk 9000"; do
    read -ra options <<< "$target"
    "$1" encode --quiet "${options[@]}" "$file" "$work/first.laq"
    "$1" decode "$work/first.laq" "$work/first.npy"
    for laq in "$@"; do
      "$laq" encode --quiet -j 1 "${options[@]}" "$file" "$work/file.laq"
      "$laq" decode -j 2 "$work/first.laq" "$work/again.npy"
      same "$work/first.laq" "$work/file.laq" "encode $target of the $name, by $1 and $laq"
      same "$work/first.npy" "$work/again.npy" "decode $target of the $name, by $1 and $laq"
    done
  done
done

for case in "$work/tiles.ppm -e 2" "$testdata/natural.ppm -e 7" "$testdata/natural.ppm --lossless" "$testdata/screen.ppm --max-error 2" "$testdata/screen.ppm -e 5" "$testdata/alpha-16bit.pam -e 5" \
  "$testdata/edges.ppm -e 5 -q 30 --tune psnr"; do
  read -ra words <<< "$case"
  picture=${words[0]} options=("${words[@]:1}")
  first=
  for laq in "$@"; do
    for threads in 1 2; do
      file=$work/file.laq
      "$laq" encode --quiet -j "$threads" "${options[@]}" "$picture" "$file"
      "$laq" decode --quiet -j "$threads" "${first:-$file}" "$work/samples.pam"
      if [[ -z $first ]]; then
        first=$work/first.laq
        mv "$file" "$first"
        mv "$work/samples.pam" "$work/first.pam"
      else
        same "$first" "$file" "encode -j $threads ${options[*]} $(basename "$picture"), by $1 and $laq"
        same "$work/first.pam" "$work/samples.pam" "decode -j $threads of $(basename "$picture"), by $1 and $laq"
      fi
    done
  done
done
[[ $failures == 0 ]] && echo "the same bytes from $# programs"
