#!/usr/bin/env bash
# laq metric and laq compare end to end.   command_test.sh LAQ TESTDATA
set -euo pipefail
laq=$(realpath "$1") testdata=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
  echo "$*"
  exit 1
}
expect() {  # STATUS TEXT COMMAND...: the status, and a message with the text in one line on standard error
  local status=$1 text=$2 seen=0
  shift 2
  "$@" > out 2> err || seen=$?
  [[ $seen == "$status" ]] || fail "status $seen instead of $status: $* ($(cat err))"
  grep -q -- "$text" err || fail "'$text' is not in: $(cat err) ($*)"
}
json() { python3 -c "import json, sys; data = json.load(open('$1')); print($2)"; }

mkdir nature flat
cp "$testdata/natural.ppm" nature/a.ppm
"$laq" encode --quiet -q 60 nature/a.ppm a.laq
"$laq" decode a.laq a.png
cp a.png flat/b.png

# laq metric
"$laq" metric nature/a.ppm a.png > text
grep -q '^SSIMULACRA 2  *[0-9.]*$' text || fail "no SSIMULACRA 2: $(cat text)"
grep -q '^PSNR, RGB  *[0-9.]* dB$' text || fail "no PSNR: $(cat text)"
"$laq" metric --json nature/a.ppm a.laq > laq.json
"$laq" metric --json nature/a.ppm a.png > png.json
cmp laq.json png.json || fail "a LAQ file and its decoded picture have different scores"
"$laq" metric --json a.png a.laq > same.json
[[ $(json same.json 'data["psnr_rgb"], data["ssim"], data["ssimulacra2"]') == 'None 1.0 100.0' ]] ||
  fail "equal pictures: $(cat same.json)"
[[ $(json png.json 'sorted(data)') == "['butteraugli_3norm', 'butteraugli_max', 'ms_ssim', 'psnr_cb', 'psnr_cr', 'psnr_rgb', 'psnr_y', 'psnr_yuv', 'ssim', 'ssimulacra2']" ]] ||
  fail "names: $(cat png.json)"
expect 1 'pixels' "$laq" metric nature/a.ppm "$testdata/1x1.ppm"
expect 1 'nothing.png: cannot read' "$laq" metric nature/a.ppm nothing.png
expect 2 'DIST is required' "$laq" metric nature/a.ppm

# Targets are met
for target in ssimulacra2=70 psnr=35 bytes=3k bpp=0.5; do
  "$laq" encode --quiet --target $target nature/a.ppm target.laq
  "$laq" metric --json nature/a.ppm target.laq > target.json
  case $target in
    ssimulacra2*) [[ $(json target.json 'abs(data["ssimulacra2"] - 70) <= 1') == True ]] ;;
    psnr*) [[ $(json target.json 'abs(data["psnr_rgb"] - 35) <= 0.2') == True ]] ;;
    bytes*) (($(stat -c %s target.laq) <= 3000)) ;;
    bpp*) (($(stat -c %s target.laq) <= 256 * 192 / 16)) ;;
  esac || fail "--target $target: $(stat -c %s target.laq) bytes, $(cat target.json)"
done

# laq compare: two folders, a program that is no codec, and one that fails
copy='copy=cp {in} {out} ;; cp {out} {png}'
"$laq" compare nature flat --out report --codec laq-e1 --codec jpeg-turbo --codec "$copy" --qualities 30,50,70,90 \
  --qualities copy=1 --speed 1 --rounds 1 --show 1 --no-butteraugli --svg > table 2> err || fail "compare: $(cat err)"
for file in curves.csv speed.csv run.json summary.json report.html ssimulacra2.svg; do
  [[ -s report/$file ]] || fail "report/$file is missing"
done
[[ $(wc -l < report/curves.csv) == 19 ]] || fail "points: $(cat report/curves.csv)"
head -1 report/curves.csv | grep -q '^codec,q,image,pixels,bytes,ssimulacra2,butteraugli3,psnr_rgb,psnr_y,psnr_yuv,enc_s,dec_s' ||
  fail "columns: $(head -1 report/curves.csv)"
grep -q '^copy,1,a.ppm,49152,.*,100.0000,nan,inf' report/curves.csv || fail "the copy is not lossless: $(cat report/curves.csv)"
grep -q 'Bytes against jpeg-turbo at equal SSIMULACRA 2' table || fail "table: $(cat table)"
[[ $(json report/summary.json 'data["anchor"], sorted({image["class"] for image in data["images"]})') == "jpeg-turbo ['flat', 'nature']" ]] ||
  fail "summary: $(cat report/summary.json)"
grep -q 'data:image/' report/report.html || fail "the report shows no pictures"

# Again: nothing is measured anew, also after a cut; other codecs are kept
cp report/curves.csv before
"$laq" compare nature flat --out report --codec laq-e1 --codec jpeg-turbo --qualities 30,50,70,90 --speed 0 --show 0 --quiet \
  --no-butteraugli
cmp before report/curves.csv || fail "a second run has changed the points"
head -c -20 before > report/curves.csv
"$laq" compare nature flat --out report --codec laq-e1 --codec jpeg-turbo --codec "$copy" --qualities 30,50,70,90 --qualities copy=1 \
  --speed 0 --show 0 --quiet --no-butteraugli
[[ $(cut -d, -f1-10 before) == $(cut -d, -f1-10 report/curves.csv) ]] || fail "the cut point has not come back"

# Butteraugli, which the points lack, is measured where it is wanted and can be
"$laq" compare nature --out report --codec laq-e1 --qualities 30,50 --speed 0 --show 0 --quiet
if [[ $(json png.json 'data["butteraugli_max"] is None') == False ]]; then
  ! grep '^laq-e1,[35]0,a.ppm' report/curves.csv | cut -d, -f7,15 | grep -q nan || fail "Butteraugli is still absent: $(cat report/curves.csv)"
fi

# Curves of before beside new ones, and alone
"$laq" compare --out alone --curves before --quiet
[[ $(json alone/summary.json '[codec["name"] for codec in data["codecs"]]') == "['laq-e1', 'jpeg-turbo', 'copy']" ]] ||
  fail "loaded: $(cat alone/summary.json)"
"$laq" compare nature --out report --codec laq-e1 --qualities 30,50,70,90 --curves before --speed 0 --show 0 --quiet
[[ $(json report/summary.json '[codec["name"] for codec in data["codecs"]]') == "['laq-e1', 'laq-e1 (before)', 'jpeg-turbo', 'copy']" ]] ||
  fail "names: $(json report/summary.json 'data["codecs"]')"

# Arrays: fields and a series
mkdir fields
python3 - << 'END'
import math, struct
for name, shape in ("field", (40, 50)), ("series", (2000,)):
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    values = [math.sin(i / 9) * (1 + math.sin(i / 300)) for i in range(2000)]
    with open(f"fields/{name}.npy", "wb") as file:
        file.write(b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header.encode() + struct.pack("<2000f", *values))
END
"$laq" compare fields --out arrays --codec laq --codec laq-psnr --codec 'copy=cp {in} {out} ;; cp {out} {raw}' \
  --qualities laq=0.1,0.01,0.001,0 --qualities laq-psnr=30,40,50 --anchor laq --rounds 1 --svg > table 2> err || fail "arrays: $(cat err)"
[[ $(wc -l < arrays/curves.csv) == 17 ]] || fail "points: $(cat arrays/curves.csv)"
head -1 arrays/curves.csv | grep -q '^codec,q,array,elements,raw_bytes,bytes,psnr,max_relative_error,enc_s,dec_s,snr,max_absolute_error,loss$' ||
  fail "columns: $(head -1 arrays/curves.csv)"
grep -q '^copy,0,field.npy,2000,8000,8000,inf,0,' arrays/curves.csv || fail "the copy: $(cat arrays/curves.csv)"
grep -q 'at equal Maximum error / range' table || fail "table: $(cat table)"
for file in psnr max_relative_error series-1; do [[ -s arrays/$file.svg ]] || fail "arrays/$file.svg is missing"; done
[[ $(json arrays/summary.json '[[row["codec"], row["bits_per_element"]] for row in data["lossless"]][1]') == "['copy', 32.0]" ]] ||
  fail "without loss: $(json arrays/summary.json 'data["lossless"]')"
cp arrays/curves.csv before-arrays
"$laq" compare fields --out arrays --codec laq --qualities 0.1,0.01,0.001,0 --speed 0 --quiet
[[ $(grep -c ^laq, before-arrays) == 8 ]] && cmp <(grep ^laq, before-arrays) <(grep ^laq, arrays/curves.csv) ||
  fail "a second run has changed the points of arrays"
expect 1 'is a picture, while' "$laq" compare fields nature --out x
expect 1 'holds points of pictures' "$laq" compare fields --out report --codec laq --quiet
expect 2 'known: laq' "$laq" compare fields --out x --codec webp

# Models: a matrix whose rows have variances of their own, and what is kept
mkdir nets
python3 - << 'END'
import json, random, struct
random.seed(3)
matrix = [random.gauss(0, 2 ** (row % 5 - 2)) for row in range(48) for _ in range(64)]
header = json.dumps({"w": {"dtype": "F32", "shape": [48, 64], "data_offsets": [0, 12288]},
                     "b": {"dtype": "F32", "shape": [2], "data_offsets": [12288, 12296]}}).encode()
with open("nets/net.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(header)) + header + struct.pack("<3074f", *matrix, 1, 2))
END
"$laq" compare nets --out models --codec laq-e2-mse --codec laq-e2-uniform --codec Q4_0 --codec laq-blocks-e1 \
  --codec 'copy=cp {in} {out} ;; cp {out} {safetensors}' --qualities laq-e2-mse=2,3,4,5,0 --qualities laq-e2-uniform=2,3,4,5 \
  --anchor laq-e2-uniform --rounds 1 --svg > table 2> err || fail "models: $(cat err)"
[[ $(wc -l < models/curves.csv) == 18 ]] || fail "points: $(cat models/curves.csv)"
head -1 models/curves.csv | grep -q '^codec,q,model,elements,raw_bytes,bytes,snr,enc_s,dec_s,max_absolute_error,loss$' ||
  fail "columns: $(head -1 models/curves.csv)"
grep -q '^copy,0,net.safetensors,3074,' models/curves.csv || fail "the copy: $(cat models/curves.csv)"
grep -q 'Bytes against laq-e2-uniform at equal SNR' table || fail "table: $(cat table)"
[[ $(json models/summary.json '[tensor["name"] for tensor in data["tensors"][0]["tensors"]]') == "['w']" ]] ||
  fail "tensors: $(json models/summary.json 'data["tensors"]')"
grep -q 'Local scale of w' models/report.html && [[ -s models/tensor-1.svg ]] || fail "the tensor is not shown"
expect 1 'is an array, while' "$laq" compare nets fields --out x
expect 2 'known: laq-blocks' "$laq" compare nets --out x --codec webp

# Trees of folders, without what is hidden and without the report, which may lie inside
mkdir -p tree/deep/er tree/.hidden
cp nature/a.ppm tree/top.ppm
cp nature/a.ppm tree/deep/er/leaf.ppm
cp nature/a.ppm tree/.hidden/no.ppm
for run in 1 2; do
  "$laq" compare tree --out tree/report --codec jpeg-turbo --qualities 50 --speed 0 --show 0 --no-butteraugli --png --quiet 2> err ||
    grep -q librsvg err || fail "a tree: $(cat err)"
done
[[ $(json tree/report/summary.json '[[image["name"], image["class"]] for image in data["images"]]') == "[['leaf.ppm', 'deep/er'], ['top.ppm', 'tree']]" ]] ||
  fail "a tree: $(json tree/report/summary.json 'data["images"]')"
# A sound has curves too
python3 - << 'END'
import math, struct, wave
with wave.open("tone.wav", "wb") as file:
    file.setnchannels(1), file.setsampwidth(2), file.setframerate(8000)
    file.writeframes(struct.pack("<4000h", *(int(9000 * math.sin(i / 7) * math.sin(i / 900)) for i in range(4000))))
END
"$laq" compare tone.wav --out tone --codec laq --qualities 0.1,0.01,0 --speed 0 --quiet
python3 -c '
import csv
points = list(csv.DictReader(open("tone/curves.csv")))
assert len(points) == 3, points
for point in points:
    relative, absolute = float(point["max_relative_error"]), float(point["max_absolute_error"])
    assert relative <= float(point["q"]) and (absolute > 20 * relative or absolute == 0), point
    assert float(point["snr"]) > 5, point' || fail "a sound: $(cat tone/curves.csv)"

# What fails is named, the rest is there
printf 'P6\n4 4\n255\nshort' > flat/broken.ppm
expect 1 'broken.ppm' "$laq" compare flat --out failing --codec jpeg-turbo --codec 'bad=false {in} {out} ;; cp {out} {png}' --qualities 30,50,70 \
  --speed 0 --show 0 --quiet
grep -q 'bad, b.png' err || fail "the failing codec is not named: $(cat err)"
[[ $(wc -l < failing/curves.csv) == 4 ]] || fail "the rest: $(cat failing/curves.csv)"

# Wrong command lines
expect 2 'pictures, arrays or models, or --curves' "$laq" compare --out x
expect 2 'out is required' "$laq" compare nature
expect 2 'huffman' "$laq" compare nature --out x --codec huffman
expect 2 'no codec is called' "$laq" compare nature --out x --codec laq --qualities webp-m6=30
expect 2 'goes up to 100' "$laq" compare nature --out x --score 101
expect 2 'not a list of numbers' "$laq" compare nature --out x --qualities high
expect 1 'no such file' "$laq" compare nothing --out x
expect 1 'anchor webp-m9' "$laq" compare nature --out x --codec laq-e1 --qualities 50,60 --anchor webp-m9 --quiet
echo "laq compare and laq metric do what they say"
