#!/usr/bin/env bash
# desktop_test.sh LAQ TESTDATA SOURCES [LOADER LOAD-IN-PIECES]: the programs of the desktop know LAQ files and show
# pictures. A program that is missing is named, and its test left out.
sources=$(realpath "$3") loader=${4:+$(realpath "$4")} load_in_pieces=${5:+$(realpath "$5")}
source "$(dirname "$0")/expect.sh"

has() {
  type -P "$1" > /dev/null && return
  echo "$1 is missing: what it tests is left out"
  return 1
}
same() { [[ $1 == "$2" ]] || fail "$3: '$1' instead of '$2'"; }

"$laq" encode --quiet "$testdata/natural.ppm" rgb.laq
"$laq" encode --quiet "$testdata/alpha-16bit.pam" alpha.laq 2> /dev/null  # 12 bits of 16 are kept
"$laq" encode --quiet "$testdata/gray-alpha.pam" gray.laq
printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' "{'descr': '|u1', 'fortran_order': False, 'shape': (50,), }" > array.npy
head -c 50 /dev/zero >> array.npy
"$laq" encode --lossless --quiet array.npy array.laq
echo 'LAQ files are no texts' > text
cp rgb.laq picture-without-suffix
cp array.laq array-without-suffix

if has file; then
  kind() { file -b --mime-type -m "$sources/laq.magic" "$1"; }
  same "$(kind rgb.laq)" image/x-laq file
  same "$(kind array.laq)" application/x-laq-array file
  same "$(kind text)" text/plain file
  # The lines of the documents, with the file that is not installed.
  cp rgb.laq photo.laq
  for document in README.md docs/guide.md; do
    line=$(sed -n 's/^    \(file -m .*\)$/\1/p' "$sources/../../$document")
    [[ $(bash -c "${line/\/usr\/share\/laq/$sources}") == *'LAQ picture, format '* ]] || fail "$document: '$line' does not tell the format"
  done
fi

export XDG_DATA_HOME=$work/share
mkdir -p share/mime/packages
cp "$sources/laq.xml" share/mime/packages/
if has update-mime-database; then
  update-mime-database share/mime > messages 2>&1 || fail "update-mime-database: $(cat messages)"
  if has gio; then
    kind() { gio info -a standard::content-type "$1" | sed -n 's/.*content-type: //p'; }
    for name in rgb.laq picture-without-suffix; do same "$(kind "$name")" image/x-laq "gio: $name"; done
    for name in array.laq array-without-suffix; do same "$(kind "$name")" application/x-laq-array "gio: $name"; done
    same "$(kind text)" text/plain gio
  fi
fi

# Programs of gdk-pixbuf find its loaders by the kind of a file.
PATH=$PATH:$(echo /usr/lib/*/gdk-pixbuf-2.0 | tr ' ' :)
if [[ -z $loader || ! -d share/mime/image ]] || ! has gdk-pixbuf-query-loaders; then
  finish
  exit
fi
export GDK_PIXBUF_MODULE_FILE=$work/loaders.cache
gdk-pixbuf-query-loaders "$loader" > loaders.cache 2> messages || fail "gdk-pixbuf-query-loaders: $(cat messages)"
grep -q '"image/x-laq"' loaders.cache || fail "gdk-pixbuf-query-loaders does not take the loader: $(cat messages loaders.cache)"

if has gdk-pixbuf-thumbnailer; then
  # As large as the picture, a thumbnail has the picture's samples, in 8 bits.
  for name in rgb alpha gray; do
    size=$("$laq" info --json $name.laq | grep -oE '"(width|height)": *[0-9]+' | grep -oE '[0-9]+' | sort -n | tail -n 1)
    gdk-pixbuf-thumbnailer -s "$size" $name.laq $name.png 2> messages || fail "no thumbnail of $name.laq: $(cat messages)"
    "$laq" metric $name.png $name.laq > measures 2>&1 || fail "$name: $(cat measures)"
    [[ $name == alpha || $(head -n 1 measures) == *' inf dB' ]] || fail "$name: the thumbnail differs: $(head -n 1 measures)"
    grep -qE '^PSNR, RGB +(inf|[5-9][0-9]\.)' measures || fail "$name: $(head -n 1 measures)"
  done
  gdk-pixbuf-thumbnailer -s 32 rgb.laq small.png || fail 'no small thumbnail'
  head -c 300 rgb.laq > cut.laq
  gdk-pixbuf-thumbnailer -s 32 cut.laq cut.png 2> messages
  grep -q 'the file is cut off' messages || fail "the cause of damage is not told: $(cat messages)"
  # Exec of the thumbnailer's entry, with what a file manager puts in.
  command=$(sed -n 's/^Exec=//p' "$sources/laq.thumbnailer")
  command=${command//%s/64}
  command=${command//%u/"file://$work/rgb.laq"}
  ${command//%o/entry.png}
  exists entry.png
fi

# A file that comes in piece by piece.
{ printf 'P6\n1024 1152\n255\n' && for ((i = 0; i < 24; ++i)); do tail -c 147456 "$testdata/natural.ppm"; done; } > large.ppm
"$laq" encode --quiet -e 1 large.ppm large.laq
"$laq" encode --quiet -e 1 --progressive large.ppm preview.laq
"$laq" encode --quiet -e 1 --lossless "$testdata/natural.ppm" exact.laq
"$load_in_pieces" large.laq 500 large.png > steps || fail 'large.laq is not loaded'
bytes=$(stat -c %s large.laq)
# at NUMBER WORD: after how many bytes something was told for that time; all of the file if it was not.
at() { awk -v number="$1" -v word="$2" -v bytes="$bytes" '$2 == word && ++n == number { print $1; found = 1; exit } END { if (!found) print bytes }' steps; }
same "$(sed -n 's/^[0-9]* size //p' steps)" '1024 1152' 'the size is told once'
(($(at 1 size) <= 5000)) || fail "the size is told late: $(head -n 1 steps)"
(($(at 1 prepared) * 2 < bytes)) || fail "nothing is shown in the first half of the file: $(cat steps)"
(($(at 3 updated) < bytes)) || fail "a picture that comes in is not shown: $(cat steps)"
"$laq" metric large.png large.laq | grep -q '^PSNR, RGB *inf' || fail 'a picture that comes in pieces differs'
"$load_in_pieces" preview.laq 500 preview.png > steps || fail 'preview.laq is not loaded'
"$laq" metric preview.png preview.laq | grep -q '^PSNR, RGB *inf' || fail 'a picture with a preview differs'

# A file that ends early fails, and what is there is shown. Pictures that have no parts are shown at the end.
head -c $((bytes * 3 / 4)) large.laq > cut.laq
! "$load_in_pieces" cut.laq 500 cut.png > steps 2> messages || fail 'a file that is cut off is no failure'
grep -q 'the file is cut off' messages && grep -q updated steps || fail "a file that is cut off: $(cat messages steps)"
"$load_in_pieces" exact.laq 500 exact.png > steps || fail 'exact.laq is not loaded'
"$laq" metric exact.png "$testdata/natural.ppm" | grep -q '^PSNR, RGB *inf' || fail 'a picture without loss differs'

# Pictures of floating-point samples are refused.
{ printf 'Pf\n64 64\n-1.0\n' && head -c 16384 /dev/zero; } > floats.pfm
"$laq" encode --quiet --lossless floats.pfm floats.laq
! "$load_in_pieces" floats.laq 500 floats.png > steps 2> messages || fail 'a picture of floating-point samples is no failure'
grep -q 'floating-point samples' messages || fail "floating-point samples: $(cat messages)"

# JPEG files that are kept are shown as their loader shows them, and damage is told.
if has djpeg && has cjpeg; then
  cjpeg "$testdata/natural.ppm" > photo.jpg
  "$laq" encode --quiet -f --jpeg photo.jpg photo.laq
  "$load_in_pieces" photo.laq 500 photo.png > steps || fail 'a kept JPEG file is not loaded'
  "$load_in_pieces" photo.jpg 500 wanted.png > /dev/null
  cmp photo.png wanted.png || fail 'a kept JPEG file looks different'
  head -c 1000 photo.laq > cut.laq
  ! "$load_in_pieces" cut.laq 500 cut.png > steps 2> messages && grep -q 'cut off' messages || fail "a kept JPEG file that is cut off: $(cat messages)"
fi
finish
