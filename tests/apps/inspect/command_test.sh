#!/usr/bin/env bash
# laq inspect end to end.   command_test.sh LAQ TESTDATA
# shellcheck source=../expect.sh
source "$(dirname "$0")/../expect.sh"

"$laq" encode --quiet -q 60 "$testdata/natural.ppm" photo.laq
"$laq" decode photo.laq photo.png

# A page beside the file, whose pictures are files too, with the original's error or without it.
expect 0 '' "$laq" inspect photo.laq
grep -qx 'photo-inspect/inspect.html' stdout || fail "the page's place: $(cat stdout)"
for name in decoded partition mode transform step variance bits; do
  head -c 8 photo-inspect/$name.png | cmp -s - <(printf '\x89PNG\r\n\x1a\n') || fail "$name.png is no PNG file"
done
missing photo-inspect/error.png
grep -q 'Without the original' photo-inspect/inspect.html || fail "the page does not say that the error is missing"
expect 0 '' "$laq" inspect --quiet photo.laq --original "$testdata/natural.ppm" -o page
[[ ! -s stdout ]] || fail "--quiet prints: $(cat stdout)"
exists page/error.png
if grep -q 'has no FFTW' page/inspect.html; then
  missing page/spectrum-error.png
else
  exists page/spectrum-error.png
fi
grep -qE '(src|href)="?(http|//)' page/inspect.html && fail "the page loads something"
[[ $(grep -o '<main>' page/inspect.html | wc -l) == 1 ]] || fail "the page has no main landmark"
[[ $(grep -o '<img' page/inspect.html | wc -l) == $(grep -o '<img[^>]* alt="[^"]' page/inspect.html | wc -l) ]] ||
  fail "a picture has no alternative text"

# The decoded picture is the one that laq decode writes.
"$laq" metric --json page/decoded.png photo.png | grep -q '"ssimulacra2": 100.0' || fail "another picture than decode gives"

# Pictures of every kind
for file in alpha.pam gray-alpha.pam natural-16bit.ppm gradient-16bit.pgm text.pgm screen.ppm 1x1.ppm 1x17.ppm 65x1.pgm flat.pgm; do
  "$laq" encode --quiet --force "$testdata/$file" kind.laq
  expect 0 '' "$laq" inspect --quiet kind.laq --original "$testdata/$file" -o kind
done

# Folders of others and inputs stay as they are.
mkdir mine
echo mine > mine/step.png
expect 1 'mine: holds files that laq inspect did not write' "$laq" inspect photo.laq -o mine
[[ $(cat mine/step.png) == mine ]] || fail "a file of the user's was written over"
expect 0 '' "$laq" inspect --force photo.laq -o mine
expect 0 '' "$laq" inspect photo.laq -o mine
cp photo.png page/decoded.png
expect 1 'is an input' "$laq" inspect photo.laq --original page/decoded.png -o page
cmp -s photo.png page/decoded.png || fail "the original was written over"
expect 1 'is no folder' "$laq" inspect photo.laq -o photo.png
chmod 600 photo.laq
expect 0 '' "$laq" inspect photo.laq -o private
[[ $(stat -c %a private/inspect.html) == 600 ]] || fail "the page may be read by those who may not read the file"
chmod 644 photo.laq

# Wrong inputs
expect 2 'standard input needs a folder' "$laq" inspect - < photo.laq
expect 0 '' "$laq" inspect - -o piped < photo.laq
exists piped/inspect.html
expect 1 'nothing.laq: cannot read' "$laq" inspect nothing.laq
expect 1 'photo.png: is a PNG file, not a LAQ file' "$laq" inspect photo.png -o no
expect 1 '1x1.ppm: has 1x1 pixels, and the LAQ file' "$laq" inspect photo.laq --original "$testdata/1x1.ppm" -o no
head -c 1000 photo.laq > cut.laq
expect 1 'cut.laq' "$laq" inspect cut.laq -o no
expect 1 'photo.laq' "$laq" inspect --max-pixels 100 photo.laq -o no
missing no

# Arrays: fields, series, elements alone as the original, no loss, and no elements that are finite
python3 - << 'END'
import math, struct
def write(name, shape, values):
    head = ("{'descr': '<f4', 'fortran_order': False, 'shape': %s, }" % (shape,)).encode()
    head += b" " * (118 - len(head) - 1) + b"\n"
    open(name + ".raw", "wb").write(struct.pack("<%df" % len(values), *values))
    open(name + ".npy", "wb").write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + open(name + ".raw", "rb").read())
wave = [math.sin(i * 0.05) * 50 + (i * 7919 % 101) * 0.01 for i in range(20 * 24 * 30)]
write("field", (20, 24, 30), wave)
write("series", (len(wave),), wave)
write("holes", (20, 30), [float("nan")] * 600)
write("sparse", (40, 100), [math.exp(1 + i * i % 977 / 150) if i % 200 == 7 else 0 for i in range(4000)])
samples = struct.pack("<14400h", *[round(100 * value) for value in wave])
open("sound.wav", "wb").write(struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 1, 1, 48000,
                                          96000, 2, 16, b"data", len(samples)) + samples)
END
"$laq" encode --quiet --max-error 0.1 --chunk 2048 field.npy field.laq
expect 0 '' "$laq" inspect field.laq --original field.npy
for name in original-1-2 decoded-0-2 error-0-1 chunks-1-2; do exists field-inspect/$name.png; done
grep -qE 'local regression|interpolation|lorenzo|multilevel' field-inspect/inspect.html || fail "no recipe is named"
expect 0 '' "$laq" inspect field.laq --original field.raw -o raw
cmp -s raw/error-1-2.png field-inspect/error-1-2.png || fail "elements alone give another error"
"$laq" encode --quiet --psnr 40 series.npy series.laq
expect 0 '' "$laq" inspect series.laq --original series.npy
grep -q 'Power by frequency\|has no FFTW' series-inspect/inspect.html || fail "neither a spectrum nor why there is none"
"$laq" encode --quiet --lossless field.npy exact.laq
expect 0 '' "$laq" inspect exact.laq --original field.npy
grep -q 'Every element is as it was' exact-inspect/inspect.html || fail "no word that nothing was lost"
"$laq" encode --quiet --max-error 0.1 holes.npy holes.laq
expect 0 '' "$laq" inspect holes.laq --original holes.npy

# Errors of so few elements that nearly all are 0, without a bound that is the same for all
"$laq" encode --quiet --pointwise-rel 0.1 sparse.npy sparse.laq
expect 0 '' "$laq" inspect sparse.laq --original sparse.npy
grep -q 'Error / ' sparse-inspect/inspect.html || fail "no histogram of few errors"
grep -qE 'Error / 0<|nan' sparse-inspect/inspect.html && fail "the scale of few errors is 0"

# FLAC behind an ID3 tag, where this build reads FLAC
"$laq" encode --quiet --max-error 3 sound.wav sound.laq
if "$laq" decode --quiet sound.laq sound.flac 2> /dev/null; then
  { printf 'ID3\4\0\0\0\0\0\12\0\0\0\0\0\0\0\0\0\0'; cat sound.flac; } > tagged.flac
  expect 0 '' "$laq" inspect sound.laq --original tagged.flac
  grep -q 'Every element is as it was' sound-inspect/inspect.html || fail "a tagged FLAC file has other samples"
fi
expect 1 'series.npy: has 14400 elements, and the LAQ file 20x24x30' "$laq" inspect field.laq --original series.npy -o no
finish
