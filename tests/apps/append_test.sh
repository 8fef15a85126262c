#!/bin/bash
# laq append, bounds by place and levels: append_test.sh LAQ TESTDATA
source "$(dirname "$0")/expect.sh"

# numbers FIRST COUNT: so many int16 numbers, the lowest byte first.
numbers() {
  local i
  for ((i = $1; i < $1 + $2; ++i)); do printf "\\x$(printf %02x $((i * 7 % 251)))\\x00"; done
}
# encode_raw NAME SHAPE OPTIONS...: NAME.laq of NAME.raw
encode_raw() {
  local name=$1 shape=$2
  shift 2
  "$laq" encode --quiet -f --raw int16 --shape "$shape" "$@" "$name.raw" "$name.laq" || fail "cannot encode $name"
}
# decodes_to FILE RAW: the elements of FILE are those of RAW
decodes_to() {
  "$laq" decode --quiet -f --format raw "$1" decoded.raw || fail "cannot decode $1"
  cmp -s decoded.raw "$2" || fail "$1 does not decode to $2"
}

numbers 0 300 > all.raw
head -c 240 all.raw > first.raw       # 4 slices of 30
tail -c +241 all.raw | head -c 60 > second.raw
tail -c +301 all.raw > third.raw      # 5 slices
encode_raw first 4,30
encode_raw all 10,30
cp first.laq run.laq

# Pieces follow each other, and what was there is copied.
expect 0 "" "$laq" append --quiet --raw run.laq second.raw third.raw
decodes_to run.laq all.raw
"$laq" info run.laq | grep -q '10x30, int16' || fail "info tells another shape"
"$laq" info --json run.laq | grep -q '"chunks": 3' || fail "info tells other chunks"
cp first.laq threads.laq
expect 0 "" "$laq" append --quiet -j 3 --raw threads.laq second.raw third.raw
cmp -s run.laq threads.laq || fail "the bytes depend on the threads"
"$laq" append -v --raw threads.laq second.raw 2>&1 | grep -q "threads.laq: .* bytes, now .*, with 1x30 int16 of second.raw" ||
  fail "--verbose tells nothing"

# NumPy files, of the same type and sides.
"$laq" decode --quiet first.laq first.npy
"$laq" decode --quiet all.laq all.npy
cp first.laq npy.laq
expect 0 "" "$laq" append --quiet npy.laq all.npy
cat first.raw all.raw > both.raw
decodes_to npy.laq both.raw

# What does not fit is refused, and the file stays as it is.
sum=$(cksum < run.laq)
numbers 0 31 > odd.raw
expect 1 "no whole slices of 60" "$laq" append --raw run.laq odd.raw
"$laq" encode --quiet -f --raw int16 --shape 5,2 <(numbers 0 10) narrow.laq
"$laq" decode --quiet narrow.laq narrow.npy
expect 1 "all sides but the first" "$laq" append run.laq narrow.npy
"$laq" encode --quiet -f --raw int32 --shape 5,30 <(numbers 0 300) wide.laq
"$laq" decode --quiet wide.laq wide.npy
expect 1 "elements of type int32" "$laq" append run.laq wide.npy
expect 1 "is the input" "$laq" append run.laq run.laq
expect 1 "cannot read" "$laq" append run.laq missing.npy
expect 1 "cannot read" "$laq" append missing.laq all.npy
expect 1 "not a LAQ file" "$laq" append all.npy first.npy
expect 2 "IN is required" "$laq" append run.laq
# All of several, or none.
expect 1 "all sides but the first" "$laq" append run.laq all.npy narrow.npy
[[ $(cksum < run.laq) == "$sum" ]] || fail "a failure has changed the file"

# A damaged file does not grow.
{ head -c 100 run.laq; printf '\xff\xfe\xfd'; tail -c +104 run.laq; } > damaged.laq
expect 1 "checksum" "$laq" append damaged.laq all.npy

# No space: the file stays whole.
head -c 60000 /dev/urandom > noise.raw
(
  ulimit -f 8
  "$laq" append --quiet --raw run.laq noise.raw 2> stderr
  [[ $? == 1 ]] || fail "a full disk is not reported"
  grep -q "cannot write" stderr || fail "the message does not tell of the full disk: $(cat stderr)"
)
[[ $(cksum < run.laq) == "$sum" ]] || fail "a full disk has changed the file"
chmod a-w .
if ! touch probe 2> /dev/null; then  # not as root
  expect 1 "cannot write" "$laq" append --raw run.laq second.raw
fi
chmod u+w .
rm -f probe

# Sounds do not grow.
if [[ -n $(find "$testdata" -name '*.wav' | head -1) ]]; then
  "$laq" encode --quiet -f "$(find "$testdata" -name '*.wav' | head -1)" sound.laq
  expect 1 "is a sound" "$laq" append --raw sound.laq second.raw
fi

# Bounds by place.
expect 0 "" "$laq" encode --quiet -f --max-error 4 --region-bound 2:5,10:20=0 --region-bound 3=1 all.npy parts.laq
"$laq" info --json parts.laq | tr -d ' \n' | grep -q '"least_bound":0.0,"greatest_bound":4.0' || fail "info tells other bounds"
"$laq" decode --quiet -f --region 4,10:20 parts.laq part.npy
"$laq" decode --quiet -f --region 4,10:20 all.laq expected.npy
cmp -s part.npy expected.npy || fail "a region with the bound 0 has changed"
# Each part is checked by its own bound, be it wider than the target or narrower.
for target in --max-error=1 --max-rel-error=0.01 --pointwise-rel=0.01; do
  expect 0 "" "$laq" encode --quiet -f --verify "${target%=*}" "${target#*=}" --region-bound 2:5=0.5 \
    --region-bound 4:6,10:20=0.1 --region-bound 3,:5=0.001 all.npy verified.laq
  expect 0 "" "$laq" encode --quiet -f --verify "${target%=*}" "${target#*=}" --region-bound 2:5=0.9 all.npy verified.laq
done
expect 0 "" "$laq" encode --quiet -f --verify --max-error 1 --region-bound 2:5=20 all.npy verified.laq
printf '4 4 4\n1,1\n0 0 0 0 0\n' > bounds.txt
expect 0 "" "$laq" encode --quiet -f --max-error 4 --bounds bounds.txt all.npy slices.laq
"$laq" decode --quiet -f --region 5: slices.laq part.npy
"$laq" decode --quiet -f --region 5: all.laq expected.npy
cmp -s part.npy expected.npy || fail "slices with the bound 0 have changed"
"$laq" info --json slices.laq | grep -q '"chunks": 3' || fail "slices with the same bound are not one chunk"
expect 2 "one of them" "$laq" encode --region-bound 1=0 all.npy x.laq
expect 2 "is not a region and its bound" "$laq" encode --max-error 1 --region-bound 1:0.5 all.npy x.laq
expect 2 "is not a region and its bound" "$laq" encode --max-error 1 --region-bound 1=-1 all.npy x.laq
expect 1 "for side 0" "$laq" encode --max-error 1 --region-bound 9:12=1 all.npy x.laq
echo "1 2" > short.txt
expect 1 "2 numbers" "$laq" encode --max-error 1 --bounds short.txt all.npy x.laq
echo "1 two" > wrong.txt
expect 1 "which is no number" "$laq" encode --max-error 1 --bounds wrong.txt all.npy x.laq
expect 1 "cannot read" "$laq" encode --max-error 1 --bounds missing.txt all.npy x.laq
missing x.laq

# Levels.
expect 0 "" "$laq" decode --quiet -f --level 0 all.laq level.npy
cmp -s level.npy all.npy || fail "level 0 is not the whole array"
expect 0 "" "$laq" decode --quiet -f --level 2 all.laq level.npy
head -c 128 level.npy | grep -qa "(3, 8)" || fail "level 2 has another shape"
expect 2 "--level" "$laq" decode --level 41 all.laq x.npy
expect 2 "excludes" "$laq" decode --level 1 --region 1 all.laq x.npy
expect 2 "is for arrays" "$laq" decode --level 1 all.laq x.png
missing x.npy

finish
