#!/usr/bin/env bash
# desktop_test.sh LAQ TESTDATA SOURCES [LOADER]: the programs of the desktop know LAQ files and show pictures. A program that is missing is
# named, and its test left out.
sources=$(realpath "$3") loader=${4:+$(realpath "$4")}
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
  [[ $(file -b -m "$sources/laq.magic" rgb.laq) == 'LAQ picture, format '* ]] || fail 'file tells the format'
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
finish
