#!/usr/bin/env bash
# outputs_test.sh LAQ TESTDATA: nothing of the user's is lost: what is written over what, with which permissions, and what is left behind.
source "$(dirname "$0")/expect.sh"

kept() { cmp -s "$1" "$2" || fail "$1 has changed: $3"; }
mode() { stat -c %a "$1"; }
owner() { stat -c %u:%g "$1"; }

cp "$testdata/37x5.ppm" photo.ppm
chmod 644 photo.ppm
cp photo.ppm original.ppm
"$laq" encode photo.ppm photo.laq && cp photo.laq original.laq
"$laq" decode photo.laq photo.png && cp photo.png original.png
{
  printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' "{'descr': '<i2', 'fortran_order': False, 'shape': (1, 50), }"
  head -c 100 /dev/zero
} > series.npy
"$laq" encode --lossless series.npy series.laq
# A sound, so that no note is printed about its sample rate.
"$laq" decode series.laq sound.wav 2> /dev/null && "$laq" encode --lossless sound.wav sound.laq
echo precious > thesis.txt

# The input is never the output, whatever its name and whatever is forced
mkdir folder
ln -s photo.ppm symbolic.laq
ln photo.ppm hard.laq
ln -s .. folder/up
ln -s photo.laq linked.png
ln photo.laq hard.png
for force in '' --force; do
  for name in photo.ppm ./photo.ppm "$PWD/photo.ppm" folder/../photo.ppm folder/up/photo.ppm symbolic.laq hard.laq; do
    expect 1 'is the input' "$laq" encode $force photo.ppm "$name"
    kept photo.ppm original.ppm "encode $force photo.ppm $name"
  done
  for name in photo.laq ./photo.laq folder/up/photo.laq linked.png hard.png; do
    expect 1 'is the input' "$laq" decode $force photo.laq "$name"
    kept photo.laq original.laq "decode $force photo.laq $name"
  done
  expect 1 'is the input' "$laq" encode $force - photo.ppm < photo.ppm
  expect 1 'is the input' "$laq" encode $force symbolic.laq photo.ppm
  kept photo.ppm original.ppm "standard input and links"
done
"$laq" encode photo.ppm - 1<> photo.ppm 2> stderr && fail "standard output is the input"
grep -q 'standard output: is the input' stderr || fail "$(cat stderr)"
kept photo.ppm original.ppm "standard output"
rm symbolic.laq hard.laq linked.png hard.png

# Names that promise something else than what is written, in any case, whether the file exists or not
for name in x.png x.JPG x.jpeg x.Wav x.npy x.flac x.ppm x.tif x.webp x.mp3 x.txt x.zip x.avif x.gif x.raw x.h5 dir.laq/x.pdf photo.png; do
  expect 1 "name it ${name%.*}.laq" "$laq" encode photo.ppm "$name"
  expect 1 "name it ${name%.*}.laq" "$laq" encode --force photo.ppm "$name"
done
kept photo.png original.png "the name of a PNG file"
expect 1 'name it x.laq' "$laq" encode --lossless series.npy x.npy
for name in x.laq x.LAQ; do
  expect 1 'name it x.png' "$laq" decode photo.laq $name
  expect 1 'name it x.pnm' "$laq" decode --force --format pnm photo.laq $name
  expect 1 'name it x.npy' "$laq" decode --format npy series.laq $name
  missing $name
done
expect 0 '' "$laq" encode photo.ppm plain
expect 0 '' "$laq" encode photo.ppm photo.png.laq
expect 0 '' "$laq" encode photo.ppm x.unknown
expect 0 '' "$laq" decode photo.laq x.PNG

# What a shell makes of *.ppm
mkdir glob && cp photo.ppm glob/a.ppm && cp photo.ppm glob/b.ppm
expect 1 'glob/b.ppm: is not the name of a LAQ file, which is what is written (name it glob/b.laq; several files at once: laq encode -o FOLDER IN...)' "$laq" encode glob/*.ppm
cp photo.ppm glob/c.ppm && cp photo.ppm glob/d.ppm
expect 2 'one IN and one OUT, too many are glob/c.ppm, glob/d.ppm (several files: laq encode -o FOLDER IN...)' "$laq" encode glob/*.ppm
for name in glob/*.ppm; do kept $name photo.ppm "encode *.ppm"; done
cp photo.laq glob/a.laq && cp photo.laq glob/b.laq
expect 1 'glob/b.laq: is not the name of a PNG file' "$laq" decode glob/*.laq
kept glob/b.laq photo.laq "decode *.laq"

# Files that exist: of the kind that is written, empty, or forced
for kind in thesis.txt photo.png series.npy; do
  cp $kind out.dat
  expect 1 'out.dat: exists already and is a' "$laq" encode photo.ppm out.dat
  kept out.dat $kind "encode"
done
expect 0 '' "$laq" encode --force photo.ppm out.dat
expect 0 '' "$laq" encode photo.ppm out.dat
expect 0 '' "$laq" encode -f photo.ppm out.dat
head -c 50 /dev/urandom | tr 'LP' 'xx' > unknown.laq
expect 1 'a file of no kind that laq knows, not a LAQ file' "$laq" encode photo.ppm unknown.laq
: > empty.dat && expect 0 '' "$laq" encode photo.ppm empty.dat
expect 2 'excludes' "$laq" encode --force --no-overwrite photo.ppm out.dat
for format in png jpg ppm pgm pam npy wav raw; do
  source=photo.laq
  case $format in
    npy | raw) source=series.laq ;;
    wav) source=sound.laq ;;
    pgm) "$laq" encode "$testdata/noise.pgm" gray.laq && source=gray.laq ;;
  esac
  rm -f x.$format
  expect 0 '' "$laq" decode $source x.$format
  cp x.$format before
  expect 0 '' "$laq" decode $source x.$format
  kept x.$format before "decoded again"
  cp thesis.txt x.$format
  expect 1 "x.$format: exists already and is a text file" "$laq" decode $source x.$format
  kept x.$format thesis.txt "decode"
  cp photo.laq x.$format
  expect 1 "x.$format: exists already and is a LAQ file" "$laq" decode $source x.$format
  expect 1 "x.$format: exists already" "$laq" decode --no-overwrite $source x.$format
  expect 0 '' "$laq" decode --force $source x.$format
  kept x.$format before "decoded by force"
  : > x.$format
  expect 0 '' "$laq" decode $source x.$format
  kept x.$format before "decoded onto an empty file"
done
expect 1 'thesis.txt: exists already and is a text file, not a raw file' "$laq" decode --format raw series.laq thesis.txt
head -c 100 /dev/zero > series.dat
expect 1 'series.dat: exists already' "$laq" decode --format raw series.laq series.dat
expect 1 'out.png: exists already and is a JPEG file, not a PNG file' bash -c "cp x.jpg out.png && '$laq' decode photo.laq out.png"

# The short form: nothing is replaced, and nothing is written for two files
mkdir short && cp photo.ppm short/a.ppm && cp photo.png short/a.png
expect 1 'short/a.laq: would be written for both short/a.ppm and short/a.png' "$laq" short/a.ppm short/a.png
expect 1 'short/a.laq: would be written for both' "$laq" --force short/a.ppm short/../short/a.png
missing short/a.laq
expect 1 'is given twice' "$laq" short/a.ppm ./short/a.ppm
expect 0 '' "$laq" short/a.ppm
cp short/a.laq before
expect 1 'short/a.png: would be written for short/a.laq and is an input too' "$laq" --force short/a.laq short/a.png
kept short/a.png photo.png "the short form"
kept short/a.laq before "the short form"
: > short/b.laq && cp photo.ppm short/b.ppm
expect 1 'short/b.laq: exists already' "$laq" short/b.ppm
cp photo.ppm short/c.laq && cp photo.laq short/d.png
expect 1 'short/c.laq: is the input' "$laq" --force short/c.laq
expect 1 'short/d.png: is the input' "$laq" --force short/d.png
kept short/c.laq photo.ppm "a picture called .laq"

# Permissions: never more for group and others than the input gives them
chmod 600 photo.ppm photo.laq
expect 0 '' "$laq" encode photo.ppm private.laq
[[ $(mode private.laq) == 600 ]] || fail "encode made $(mode private.laq) of 600"
expect 0 '' "$laq" decode photo.laq private.png
[[ $(mode private.png) == 600 ]] || fail "decode made $(mode private.png) of 600"
chmod 644 private.laq
expect 0 '' "$laq" encode photo.ppm private.laq
[[ $(mode private.laq) == 600 ]] || fail "a file that is replaced shows a private one: $(mode private.laq)"
cp photo.ppm short/e.ppm && chmod 640 short/e.ppm
expect 0 '' "$laq" short/e.ppm
[[ $(mode short/e.laq) == 640 ]] || fail "the short form made $(mode short/e.laq) of 640"
expect 0 '' "$laq" encode - standard.laq < photo.ppm
[[ $(mode standard.laq) == 644 ]] || fail "standard input made $(mode standard.laq)"
expect 0 '' "$laq" encode <(cat photo.ppm) pipe.laq
[[ $(mode pipe.laq) == 644 ]] || fail "a pipe made $(mode pipe.laq)"
chmod 444 photo.ppm
expect 0 '' "$laq" encode photo.ppm shown.laq
[[ $(mode shown.laq) == 644 ]] || fail "a file that is read-only made $(mode shown.laq)"
chmod 644 photo.ppm photo.laq
for bits in 4755 2755 1644 6777; do
  cp photo.laq special.laq && chmod $bits special.laq
  expect 0 '' "$laq" encode photo.ppm special.laq
  [[ $(mode special.laq) == 644 ]] || fail "$bits became $(mode special.laq)"
done
cp photo.laq narrow.laq && chmod 600 narrow.laq
expect 0 '' "$laq" encode photo.ppm narrow.laq
[[ $(mode narrow.laq) == 600 ]] || fail "a file that is replaced has become $(mode narrow.laq)"

# Links as outputs
mkdir target
ln -s target/new.laq dangling.laq
ln -s "$PWD/dangling.laq" twice.laq
expect 0 '' "$laq" encode photo.ppm twice.laq
[[ -L dangling.laq && -L twice.laq && -f target/new.laq ]] || fail "a dangling link was replaced"
ln -s nowhere/new.laq astray.laq
expect 1 'No such directory' "$laq" encode photo.ppm astray.laq
ln -s circle.laq circle.laq
expect 1 'circle.laq: cannot write' "$laq" encode photo.ppm circle.laq

# Devices and pipes are written to
expect 0 '' "$laq" encode photo.ppm /dev/null
mkfifo pipe
cat pipe > through.laq &
expect 0 '' "$laq" encode --force photo.ppm pipe
wait
kept through.laq photo.laq "through a pipe"

# Places that cannot be written to are refused before the input is looked at
expect 1 'cannot write' "$laq" encode absent.ppm /proc/x.laq
expect 1 'No such directory' "$laq" decode absent.laq nowhere/x.png

# A limit on sizes is an error, not the end, and nothing is left behind
"$laq" encode "$testdata/noise.pgm" noise.laq
for name in big.pgm photo.ppm; do
  cp "$testdata/noise.pgm" photo.ppm
  (ulimit -f 1 && exec "$laq" decode noise.laq $name) 2> stderr
  [[ $? == 1 ]] || fail "the status beyond a limit"
  grep -q "laq: $name: cannot write: File too large" stderr || fail "beyond a limit: $(cat stderr)"
  no_leftovers
done
missing big.pgm
kept photo.ppm "$testdata/noise.pgm" "beyond a limit"
set -m # otherwise INT and QUIT are ignored by what runs in the background
for signal in QUIT INT TERM HUP XFSZ KILL; do
  mkfifo hold
  "$laq" decode hold $signal.png 2> /dev/null &
  process=$!
  exec 3<> hold
  sleep 0.2
  kill -$signal $process
  exec 3>&-
  wait $process 2> /dev/null
  rm hold
  missing $signal.png
  no_leftovers
done
set +m

# What is printed and cannot be written
if [[ -w /dev/full ]]; then
  for words in --help --version help 'help encode' 'encode --help' "info photo.laq" "info --json series.laq" "metric photo.png photo.png"; do
    "$laq" $words > /dev/full 2> stderr
    [[ $? == 1 ]] || fail "laq $words on a full disk has another status than 1"
    [[ $(cat stderr) == 'laq: standard output: cannot write: No space left on device'* ]] || fail "laq $words on a full disk: $(cat stderr)"
  done
fi
"$laq" info photo.laq >&- 2> stderr && fail "info without standard output"
(exec 2>&- && "$laq" encode original.ppm quiet.laq) && (exec 2>&- && "$laq" encode absent.ppm quiet.laq)
kept quiet.laq photo.laq "without standard error"

# laq compare replaces only what a comparison wrote
mkdir report pictures && cp original.ppm pictures/a.ppm && cp thesis.txt report/report.html
compare() { "$laq" compare pictures -o report --codec laq-e1 --qualities 50 --speed 0 --show 0 --no-butteraugli --quiet "$@"; }
expect 1 'report/report.html: exists already, and no comparison wrote it' compare
kept report/report.html thesis.txt "laq compare"
expect 0 '' compare --restart
expect 0 '' compare
expect 1 'would be written over' compare --curves report/curves.csv
rm -r report && chmod 600 pictures/a.ppm
expect 0 '' compare
[[ $(mode report/report.html) == 600 ]] || fail "the report of a private picture is $(mode report/report.html)"

# As another user than root, and as root on another's file
if [[ $(id -u) == 0 ]] && command -v setpriv > /dev/null && setpriv --reuid=65534 --regid=65534 --clear-groups true; then
  as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
  chmod 755 "$work"
  mkdir sealed sticky theirs && chmod 777 theirs && chmod 1777 sticky && chmod 755 sealed
  cp "$laq" theirs/laq 2> /dev/null
  if as_nobody "$laq" --version > /dev/null 2>&1; then
    expect 1 'sealed/x.laq: cannot write: Permission denied' as_nobody "$laq" encode absent.ppm sealed/x.laq
    expect 0 '' as_nobody "$laq" encode original.ppm theirs/x.laq
    [[ $(owner theirs/x.laq) == 65534:65534 ]] || fail "the owner is $(owner theirs/x.laq)"
    cp photo.laq sticky/x.laq && chmod 666 sticky/x.laq
    expect 1 'sticky/x.laq: cannot write' as_nobody "$laq" encode absent.ppm sticky/x.laq
    cp photo.laq theirs/locked.laq && chmod 444 theirs/locked.laq
    expect 1 'theirs/locked.laq: cannot write: Permission denied' as_nobody "$laq" encode absent.ppm theirs/locked.laq
    cp thesis.txt theirs/hidden.laq && chmod 222 theirs/hidden.laq
    expect 1 'what it holds cannot be read' as_nobody "$laq" encode original.ppm theirs/hidden.laq
    # Read by a group that the new file does not belong to
    cp original.ppm theirs/group.ppm && chown 65534:0 theirs/group.ppm && chmod 640 theirs/group.ppm
    expect 0 '' as_nobody "$laq" encode theirs/group.ppm theirs/group.laq
    [[ $(mode theirs/group.laq) == 600 ]] || fail "another group may read: $(mode theirs/group.laq)"
    # Two decodes one after the other of files that are read-only
    chmod 444 original.laq
    expect 0 '' as_nobody "$laq" decode original.laq theirs/again.png
    expect 0 '' as_nobody "$laq" decode original.laq theirs/again.png
  else
    echo "skipped: another user cannot run $laq"
  fi
  cp photo.laq setuid.laq && chown 65534:65534 setuid.laq && chmod 4755 setuid.laq
  expect 0 '' "$laq" encode original.ppm setuid.laq
  [[ $(owner setuid.laq) == 65534:65534 && $(mode setuid.laq) == 644 ]] || fail "another's set-user-ID file: $(owner setuid.laq) $(mode setuid.laq)"
else
  echo "skipped: what needs root and another user"
fi

# File systems that are read-only, which root's permissions do not tell, and those where a file must have a name from the start, which
# it seems that all are where /proc is not mounted
if [[ $(id -u) == 0 ]] && unshare --mount mount -t tmpfs -o ro none target 2> /dev/null; then
  expect 1 'target/x.laq: cannot write: Read-only file system' \
    unshare --mount bash -c 'mount -t tmpfs -o ro none target && exec "$0" encode absent.ppm target/x.laq' "$laq"
  export LD_LIBRARY_PATH=${laq%/*}/../codec # the program's own path to the library is found by /proc
  without_proc() { unshare --mount bash -c 'mount -t tmpfs none /proc && exec "$@"' "$0" "$@"; }
  expect 0 '' without_proc "$laq" encode original.ppm named.laq
  kept named.laq photo.laq "with a temporary name"
  expect 0 '' without_proc "$laq" encode --force original.ppm named.laq
  kept named.laq photo.laq "with a temporary name, again"
  expect 1 'exists already' without_proc "$laq" encode --no-overwrite original.ppm named.laq
  expect 1 'File too large' without_proc bash -c 'ulimit -f 1 && exec "$0" decode noise.laq big.pgm' "$laq"
  missing big.pgm
else
  echo "skipped: what needs a mount of its own"
fi
finish
