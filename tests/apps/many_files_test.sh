#!/usr/bin/env bash
# many_files_test.sh LAQ TESTDATA: many files in one call, what is said of them, and completion in shells.
source "$(dirname "$0")/expect.sh"

mkdir -p in/deep/er
cp "$testdata/37x5.ppm" in/a.ppm
cp "$testdata/alpha.pam" in/deep/b.pam
cp "$testdata/noise.pgm" in/deep/er/c.pgm
echo words > in/deep/notes.txt
"$laq" encode in/a.ppm in/old.laq

# says STATUS LINE COMMAND...: the last line of standard error begins with LINE
says() {
  local status=$1 line=$2
  shift 2
  "$@" > stdout 2> stderr
  local got=$?
  [[ $got == "$status" ]] || fail "status $got instead of $status: $* ($(cat stderr))"
  [[ $(tail -n 1 stderr) == "$line"* ]] || fail "the last line is not '$line': $* ($(cat stderr))"
}

# Folders and names
says 0 '2 files: ' "$laq" encode -o out in/a.ppm in/deep/b.pam
cmp -s out/a.laq in/old.laq || fail "another file than by itself"
exists out/b.laq
says 0 '3 files: ' "$laq" encode -q 50 -r -o tree in
grep -q ', 2 skipped (2 of other kinds), ' stderr || fail "skipped files are not counted: $(cat stderr)"
for name in a deep/b deep/er/c; do exists tree/$name.laq; done
missing tree/old.laq
says 0 '3 files: ' "$laq" decode -r -o back tree
for name in a deep/b deep/er/c; do exists back/$name.png; done
says 0 '3 files: ' "$laq" decode -r -o back --format pam tree
exists back/deep/b.pam
expect 0 '' "$laq" encode --quiet -r -o tree in
expect 0 '' "$laq" encode -o single in/a.ppm
exists single/a.laq
says 0 '0 files, 6 skipped (3 already there, 3 of other kinds)' "$laq" decode -r --no-overwrite -o back/ --format pam tree in/deep
says 0 '2 files: ' "$laq" in/a.ppm in/deep/b.pam
exists in/a.laq
rm in/a.laq in/deep/b.laq

# Wrong command lines
expect 2 'OUT is required (laq encode IN OUT, or laq encode -o FOLDER IN...)' "$laq" encode in/a.ppm
expect 2 'several files: laq encode -o FOLDER IN...' "$laq" encode in/a.ppm in/deep/b.pam x.laq
expect 2 '-r needs a folder' "$laq" decode -r tree back
expect 2 '-o takes a folder, which x.laq is not' "$laq" encode -o x.laq in/a.ppm
expect 2 '-o takes a folder, which in/a.ppm is not' "$laq" encode -o in/a.ppm in/a.ppm
expect 2 'standard input has no name' "$laq" encode -o out -
missing x.laq

# One that fails does not stop the others, and two that would write one file stop all
cp in/deep/notes.txt broken.png
says 1 '2 files: ' "$laq" encode -o mixed in/a.ppm broken.png absent.png in in/deep/b.pam
grep -q 'laq: broken.png: is a text file' stderr || fail "the cause is not told: $(cat stderr)"
grep -q 'laq: absent.png: cannot read: No such file' stderr || fail "an absent file is not told: $(cat stderr)"
grep -q 'laq: in: is a folder (give -r' stderr || fail "a folder is not told: $(cat stderr)"
grep -q ', 3 failed, ' stderr || fail "failures are not counted: $(cat stderr)"
mkdir same && cp in/a.ppm same/a.ppm && cp in/a.ppm same/a.pnm
expect 1 'both/a.laq: would be written for both same/a.' "$laq" encode -r -o both same
missing both
says 1 '2 files: ' "$laq" encode --skip-larger -o mixed in/a.ppm broken.png in/deep/b.pam

# What would be written is only said
"$laq" encode --dry-run -r -o dry in > stdout 2> stderr || fail "--dry-run: $(cat stderr)"
[[ $(head -n 1 stdout) == 'in/a.ppm -> dry/a.laq' && $(wc -l < stdout) == 3 ]] || fail "--dry-run: $(cat stdout)"
[[ $(cat stderr) == '3 files would be written, 2 skipped (2 of other kinds)' ]] || fail "--dry-run: $(cat stderr)"
missing dry
{
  printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' "{'descr': '<f4', 'fortran_order': True, 'shape': (4, 5), }"
  for ((i = 0; i < 20; ++i)); do printf "\\x00\\x$(printf %02x $((i * i % 251)))\\x80\\x3f"; done
} > field.npy
expect 0 '' "$laq" encode field.npy field.laq
cp field.npy there.npy
expect 0 '' "$laq" decode --dry-run field.laq there.npy
[[ $(head -n 1 stdout) == 'field.laq -> there.npy' ]] || fail "--dry-run over a file: $(cat stdout)"
expect 1 'foo.xyz: ' "$laq" decode --dry-run in/old.laq foo.xyz

# Times, larger files, verification
touch -d '2001-02-03 04:05:06' in/a.ppm
expect 0 '' "$laq" encode --keep-timestamps in/a.ppm times.laq
[[ $(stat -c %Y times.laq) == $(stat -c %Y in/a.ppm) ]] || fail "the time is $(stat -c %y times.laq)"
head -c 2 /dev/zero | cat <(printf 'P5 1 2 255\n') - > tiny.pgm
expect 0 'laq: tiny.pgm: a LAQ file would not be smaller, so it is copied to larger/tiny.pgm' "$laq" encode --skip-larger --quiet -o larger tiny.pgm
cmp -s tiny.pgm larger/tiny.pgm || fail "the copy is another file"
missing larger/tiny.laq
expect 0 'laq: tiny.pgm: a LAQ file would not be smaller, so nothing is written' "$laq" encode --skip-larger tiny.pgm tiny.laq
missing tiny.laq
says 0 '1 file: ' "$laq" encode --skip-larger -o larger in/a.ppm tiny.pgm
grep -q ', 1 kept as they are' stderr || fail "a file that is kept is not counted: $(cat stderr)"
for target in --lossless '--max-error 0.001' '--psnr 40' '--pointwise-rel 0.01'; do
  expect 0 '' "$laq" encode --verify $target field.npy field.laq
done
# Integers that doubles do not tell apart
python3 - << 'END'
import array, struct
header = b"{'descr': '<i8', 'fortran_order': False, 'shape': (5000,), }".ljust(117) + b'\n'
elements = array.array('q', range(2 ** 60, 2 ** 60 + 5000)).tobytes()
open('large.npy', 'wb').write(b'\x93NUMPY\1\0' + struct.pack('<H', len(header)) + header + elements)
END
for target in --lossless '--max-error 1' '--max-error 10'; do
  expect 0 '' "$laq" encode --verify $target large.npy large.laq
done
expect 0 '' "$laq" encode --verify -q 20 in/a.ppm verified.laq
"$laq" encode -v in/a.ppm verified.laq 2> stderr || fail "-v: $(cat stderr)"
grep -q '^in/a.ppm -> verified.laq: 37x5, ' stderr || fail "-v does not tell of the file: $(cat stderr)"

# In a folder, what a quality says nothing about is kept without loss
mkdir of_both && cp in/a.ppm field.npy of_both
says 0 '2 files: ' "$laq" encode -q 50 -r -o both_out of_both
expect 0 '' "$laq" encode field.npy lossless.laq
cmp -s both_out/field.laq lossless.laq || fail "an array in a folder is not kept as it is"

# Many threads write the same
says 0 '3 files: ' "$laq" encode -q 50 -j 1 -r -o one in
says 0 '3 files: ' "$laq" encode -q 50 -j 4 -r -o four in
diff -r one four > /dev/null || fail "the bytes depend on the number of threads"

# A signal ends all at once, with its own status, and leaves no partial file
mkdir many && for ((i = 0; i < 200; ++i)); do cp "$testdata/natural.ppm" many/$i.ppm; done
set -m
"$laq" encode -e 9 -r -o ended many 2> stderr &
process=$!
sleep 0.3
kill -INT $process
wait $process
[[ $? == 130 ]] || fail "the status after SIGINT"
set +m
for file in ended/*.laq; do [[ ! -e $file ]] || "$laq" info "$file" > /dev/null || fail "a partial file: $file"; done
no_leftovers

# info of many
cp tree/a.laq one.laq
expect 0 '' "$laq" info --json one.laq tree/deep/b.laq field.laq
[[ $(python3 -c 'import json; print([i["file"] for i in json.load(open("stdout"))])') == "['one.laq', 'tree/deep/b.laq', 'field.laq']" ]] ||
  fail "info --json of many: $(cat stdout)"
expect 1 'laq: broken.png: is a text file' "$laq" info one.laq broken.png tree/deep/b.laq
[[ $(grep -c 'LAQ format' stdout) == 2 ]] || fail "info stops at a failure: $(cat stdout)"
"$laq" info - < one.laq > stdout || fail "info of standard input"
"$laq" decode - - --format png < one.laq | head -c 4 | grep -q PNG || fail "decode of standard input"

# A terminal gets no binary output
if command -v script > /dev/null; then
  script -qec "'$laq' encode in/a.ppm -" /dev/null < /dev/null > typescript && fail "a terminal gets a LAQ file"
  grep -q 'standard output: is a terminal' typescript || fail "the terminal is not named: $(head -c 200 typescript)"
  script -qec "'$laq' encode -f in/a.ppm -" /dev/null < /dev/null > /dev/null || fail "-f writes to a terminal"
  script -qec "'$laq' encode -r -o shown in" /dev/null < /dev/null > typescript || fail "files on a terminal"
  grep -q '3 files: ' typescript || fail "no last line on a terminal: $(cat typescript)"
fi

# Versions
expect 0 '' "$laq" -V
cp stdout version
expect 0 '' "$laq" --version
cmp -s stdout version || fail "-V and --version differ"
for words in '--version -v' '-v -V'; do
  expect 0 '' "$laq" $words
  grep -q '^format 1[0-9]*$' stdout && grep -q '^SIMD ' stdout && grep -Eq '^sndfile (absent|[0-9.]+)$' stdout ||
    fail "$words: $(cat stdout)"
done

# Completion
for shell in bash zsh fish; do
  expect 0 '' "$laq" completion $shell
  cp stdout laq.$shell
  command -v $shell > /dev/null || continue
  $shell -n laq.$shell || fail "$shell does not understand its completion"
done
expect 2 'is none of bash, zsh, fish' "$laq" completion csh
# completes WORDS... EXPECTED: what bash offers for the last word.
completes() {
  local expected=${*: -1} words=("${@:1:$#-1}")
  local got
  got=$(bash -c 'source laq.bash; compopt() { :; }; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _laq; echo "${COMPREPLY[*]}"' - "${words[@]}")
  [[ $got == "$expected" ]] || fail "completion of ${words[*]} is '$got', not '$expected'"
}
completes laq enc encode
completes laq help dec decode
completes laq encode --max-e --max-error
completes laq encode --tune '' 'perceptual psnr'
completes laq encode --tune = psn psnr
completes laq encode --target ssim ssimulacra2=
completes laq decode --format pn 'png pnm'
completes laq decode --no- --no-overwrite
completes laq encode photo ''
completes laq encode -q '' ''
completes laq completion z ''
completes laq --ver '--version --verbose'
completes laq encode -o in/d in/deep

# completes_in_fish LINE EXPECTED: what fish offers at the end of the line.
completes_in_fish() {
  local got
  got=$(fish --no-config -c 'source laq.fish; complete -C $argv[1]' "$1" 2> messages | cut -f 1 | paste -sd ' ')
  [[ $got == "$2" ]] || fail "fish completes '$1' to '$got', not '$2': $(cat messages)"
}
if command -v fish > /dev/null; then
  completes_in_fish 'laq enc' encode
  completes_in_fish 'laq encode --max-e' --max-error
  completes_in_fish 'laq encode --tune ' 'perceptual psnr'
  completes_in_fish 'laq decode --format pn' 'png pnm'
else
  echo 'fish is missing: what it completes is left out'
fi

# completes_in_zsh LINE EXPECTED: the words that zsh hands to laq after a tab at the end of the line, in a terminal.
completes_in_zsh() {
  rm -f words
  timeout 60 zsh -f -c '
    zmodload zsh/zpty
    zpty terminal zsh -f -i
    zpty -w terminal "fpath=($PWD/zsh \$fpath); autoload -Uz compinit; compinit -D -u; laq() { print -r -- \"\$*\" > words; exit }"
    zpty -w terminal $1$'"'\t'"'
    while zpty -r terminal; do :; done' - "$1" > messages 2>&1
  [[ -f words && $(cat words) == "$2" ]] || fail "zsh completes '$1' to 'laq $(cat words)', not 'laq $2': $(cat -v messages)"
}
if command -v zsh > /dev/null; then
  mkdir zsh
  cp laq.zsh zsh/_laq
  completes_in_zsh 'laq enc' encode
  completes_in_zsh 'laq encode --max-e' 'encode --max-error'
  completes_in_zsh 'laq encode --tune ps' 'encode --tune psnr'
  completes_in_zsh 'laq encode --tune=ps' 'encode --tune=psnr'
  completes_in_zsh 'laq decode --no-' 'decode --no-overwrite'
  completes_in_zsh 'laq encode -o in/d' 'encode -o in/deep'
else
  echo 'zsh is missing: what it completes is left out'
fi
finish
