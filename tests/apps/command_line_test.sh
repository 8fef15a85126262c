#!/usr/bin/env bash
# command_line_test.sh LAQ TESTDATA: what the command promises, its messages, exit statuses and that it leaves no partial files.
source "$(dirname "$0")/expect.sh"

cp "$testdata/37x5.ppm" photo.ppm
cp "$testdata/alpha.pam" alpha.pam
cp "$testdata/natural-16bit.ppm" deep.ppm

# The verbs
expect 0 '' "$laq" encode photo.ppm photo.laq
exists photo.laq
expect 0 '' "$laq" decode photo.laq again.ppm
[[ $(head -c 7 again.ppm) == $'P6\n37 5' ]] || fail "again.ppm is not a PPM of 37x5"
expect 0 '' "$laq" decode photo.laq again.png
expect 0 '' "$laq" decode photo.laq again.jpg
expect 0 '' "$laq" decode photo.laq again.pam
expect 0 '' "$laq" encode again.jpg b.laq
# A LAQ file that is larger than the JPEG file
"$laq" encode "$testdata/natural.ppm" natural.laq && "$laq" decode natural.laq natural.jpg
expect 0 'bytes, the JPEG file' "$laq" encode -q 99 natural.jpg natural.laq
# JPEG files kept exactly
expect 0 '' "$laq" encode --jpeg --verify again.jpg kept.laq
expect 0 '' "$laq" decode kept.laq kept.jpg
cmp -s again.jpg kept.jpg || fail "the JPEG file is not the same"
expect 0 '' "$laq" decode kept.laq kept.ppm
[[ $(head -c 7 kept.ppm) == $'P6\n37 5' ]] || fail "kept.ppm is not a PPM of 37x5"
expect 0 '' "$laq" info kept.laq
grep -q 'keeps a JPEG file exactly, 37x5, 3 components' stdout || fail "info of a JPEG file: $(cat stdout)"
expect 2 'is no JPEG file' "$laq" encode --jpeg photo.ppm x.laq
expect 2 'excludes --jpeg' "$laq" encode --jpeg --strip again.jpg x.laq
expect 2 'kept exactly' "$laq" decode --strip kept.laq x.jpg
expect 1 'a picture, not an array' "$laq" decode kept.laq x.npy
expect 0 '' "$laq" encode -q 30 -e 1 -j 1 --tune psnr --aq off --strip --quiet photo.ppm low.laq
expect 0 '' "$laq" encode --quality=30 --effort=1 --threads=2 photo.ppm low.laq
expect 0 '' "$laq" info photo.laq
grep -q '37x5, RGB, 8 bits' stdout || fail "info: $(cat stdout)"
expect 0 '' "$laq" info --json photo.laq
[[ $(python3 -c 'import json; i = json.load(open("stdout")); print(i["width"], i["height"], i["channels"], i["depth"], i["tune"])') == \
  '37 5 3 8 perceptual' ]] || fail "info --json: $(cat stdout)"
# Arrays: 100 numbers of 16 bits
{
  printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' "{'descr': '<i2', 'fortran_order': False, 'shape': (4, 25), }"
  for ((i = 0; i < 100; ++i)); do printf "\\x$(printf %02x $((i * i % 251)))\\x00"; done
} > series.npy
expect 0 '' "$laq" encode --lossless series.npy series.laq
expect 0 '' "$laq" decode series.laq again.npy
cmp -s series.npy again.npy || fail "the array is not the same"
expect 0 '' "$laq" encode --max-error 4 --quiet series.npy coarse.laq
[[ $(stat -c %s coarse.laq) -lt $(stat -c %s series.laq) ]] || fail "a bound should make the array smaller"
expect 0 '' "$laq" encode --max-rel-error 0.1 series.npy coarse.laq
expect 0 '' "$laq" info coarse.laq
grep -q '4x25, int16' stdout || fail "info of an array: $(cat stdout)"
expect 0 '' "$laq" info --json coarse.laq
grep -Eq '"max_error": (1[0-9]|2[0-4])\.' stdout || fail "info of an array for programs: $(cat stdout)"
expect 0 '' "$laq" encode --pointwise-rel 0.1 series.npy coarse.laq
expect 0 '' "$laq" info --json coarse.laq
grep -q '"target": "pointwise_relative"' stdout || fail "info of a relative bound: $(cat stdout)"
expect 2 'above 0 and below 1' "$laq" encode --pointwise-rel 1 series.npy x.laq
expect 2 'above 0 and below 1' "$laq" encode --pointwise-rel 0 series.npy x.laq
expect 2 'above 0' "$laq" encode --bits 0 series.npy x.laq
expect 0 '' "$laq" encode --psnr 30 series.npy coarse.laq
expect 0 '' "$laq" encode --bits 6 series.npy coarse.laq
"$laq" decode --format npy series.laq - | cmp -s - series.npy || fail "the array through a pipe is not the same"
expect 0 '' "$laq" encode --lossless --chunk 256 series.npy series.laq
expect 0 '' "$laq" decode --region 1:3,:20 series.laq part.npy
grep -q "'shape': (2, 20)" part.npy || fail "a region has another shape"
cmp -s <(tail -c 80 part.npy) <({ tail -c 150 series.npy | head -c 40; tail -c 100 series.npy | head -c 40; }) ||
  fail "a region has other elements"
expect 0 '' "$laq" decode --region :,: series.laq again.npy
cmp -s series.npy again.npy || fail "the region of everything is not the same"
# Regions as NumPy indexes arrays, but a single index keeps its side
region() { # RANGES BEGIN:END,BEGIN:END
  expect 0 '' "$laq" decode --region "$1" series.laq part.npy
  "$laq" decode --region "$2" series.laq - --format npy | cmp -s - part.npy || fail "the region $1 is not $2"
}
region 1:3 1:3,0:25
region 2 2:3,0:25
region -1,-5: 3:4,20:25
region ...,3 0:4,3:4
region 1,... 1:2,0:25
region ... 0:4,0:25
region :-3,1:-20 0:1,1:5
for ranges in 1:3,5:26 0,25 0,-26; do expect 1 'within 0:25' "$laq" decode --region $ranges series.laq x.npy; done
expect 1 'not empty' "$laq" decode --region 3:3,: series.laq x.npy
expect 1 'has 9223372036854775807:26 for side 1' "$laq" decode --region 0,9223372036854775807 series.laq x.npy
expect 1 'series.laq: --region has 3 ranges, and the array has 2 sides' "$laq" decode --region 1,2,3 series.laq x.npy
for ranges in 1:3, ,1 1::2 a ...,...; do expect 2 "$ranges is not a list of ranges" "$laq" decode --region $ranges series.laq x.npy; done
expect 2 'not x,y,width,height' "$laq" decode --region 1:3,: series.laq x.png
expect 2 'photo.ppm is a picture, which' "$laq" encode --chunk 4096 photo.ppm x.laq
expect 2 'chunk' "$laq" encode --lossless --chunk 255 series.npy x.laq
head -c -1 series.laq > damaged.laq && printf x >> damaged.laq
expect 1 'checksum is wrong' "$laq" decode --region 0:1,: damaged.laq x.npy
expect 1 'holds an array, not a picture (end OUT in .npy' "$laq" decode series.laq x.png
expect 1 'give --format' "$laq" decode series.laq -
expect 1 'holds a picture, not an array (end OUT in .png' "$laq" decode photo.laq x.npy
expect 0 '' "$laq" --force series.laq
head -c 100 series.npy > short.npy
expect 1 'ends within its header' "$laq" encode --lossless short.npy x.laq
head -c 200 series.npy > short.npy
expect 1 'fewer elements' "$laq" encode --lossless short.npy x.laq
tail -c 200 series.npy > series.raw
expect 0 '' "$laq" encode --raw int16 --shape 4,25 --lossless series.raw raw.laq
"$laq" encode --lossless series.npy series.laq
cmp -s raw.laq series.laq || fail "the raw file makes another file"
expect 0 '' "$laq" decode raw.laq again.raw
cmp -s series.raw again.raw || fail "the raw file is not the same"
"$laq" decode --format raw --region 1:2,: raw.laq - | cmp -s - <(tail -c 150 series.npy | head -c 50) || fail "raw through a pipe"
expect 1 'series.raw: the file has 200 bytes, 4x24 elements of type int16 are 192' "$laq" encode --raw int16 --shape 4,24 --lossless series.raw x.laq
expect 0 '' "$laq" encode --raw int16 --shape 1,1,1,1,100 --lossless series.raw sides.laq
expect 1 'number of sides is 33' "$laq" encode --raw int16 --shape "$(printf '1,%.0s' {1..32})100" --lossless series.raw x.laq
expect 1 'no elements' "$laq" encode --raw int16 --shape 0,4 --lossless series.raw x.laq
expect 1 'larger than any' "$laq" encode --raw int16 --shape 4294967296,4294967296 --lossless series.raw x.laq
expect 2 'not a type; int8, uint8' "$laq" encode --raw int128 --shape 25 --lossless series.raw x.laq
expect 2 'not a list of sides' "$laq" encode --raw int16 --shape 4x25 --lossless series.raw x.laq
expect 2 'not a list of sides' "$laq" encode --raw int16 --shape 4,25, --lossless series.raw x.laq
expect 2 'shape' "$laq" encode --raw int16 --lossless series.raw x.laq
expect 2 'raw' "$laq" encode --shape 4,25 --lossless series.raw x.laq
expect 0 '' "$laq" encode --raw int16 --shape 4,25 series.raw plain.laq
expect 2 'takes --max-error' "$laq" encode -q 50 --raw int16 --shape 4,25 series.raw x.laq
expect 1 'holds a picture' "$laq" decode photo.laq x.raw
sed 's/(4, 25)/(4, 0) /' series.npy | head -c 128 > nothing.npy
expect 0 '' "$laq" encode --lossless nothing.npy nothing.laq
expect 0 '' "$laq" info nothing.laq
expect 0 '' "$laq" decode nothing.laq again.npy
grep -q "'shape': (4, 0)" again.npy || fail "an array without elements does not come back"
sed 's/<i2/|O8/' series.npy > objects.npy
expect 1 'are not supported' "$laq" encode --lossless objects.npy x.laq
expect 1 'has no members' "$laq" encode --lossless --member x series.npy x.laq

expect 0 '' "$laq" --version
grep -q '^laq [0-9]*\.[0-9]*\.[0-9]*$' stdout || fail "--version: $(cat stdout)"
expect 0 '' "$laq" help
expect 0 '' "$laq" --help
for verb in encode decode info; do
  expect 0 '' "$laq" help $verb
  grep -q "laq $verb" stdout || fail "help $verb: $(cat stdout)"
done

# Standard input and output give the same bytes as files
"$laq" encode - - < photo.ppm > piped.laq || fail "encode - -"
cmp -s photo.laq piped.laq || fail "encode - - makes other bytes"
"$laq" decode - - < photo.laq > piped.ppm || fail "decode - -"
cmp -s again.ppm piped.ppm || fail "decode - - makes another picture"
"$laq" decode --format png - - < photo.laq > piped.png || fail "decode --format png"
cmp -s again.png piped.png || fail "decode --format png makes another file"
"$laq" encode alpha.pam - | "$laq" decode - - | head -c 2 | grep -q P7 || fail "alpha does not come out as PAM"

# The number of threads changes nothing
"$laq" encode -j 1 "$testdata/natural.ppm" one.laq && "$laq" encode -j 2 "$testdata/natural.ppm" two.laq
cmp -s one.laq two.laq || fail "the bytes depend on the number of threads"

# The short form
mkdir short && cp photo.ppm short/a.b.ppm
expect 0 '' "$laq" short/a.b.ppm
exists short/a.b.laq
expect 1 'exists already' "$laq" short/a.b.ppm
expect 0 '' "$laq" --force short/a.b.ppm
expect 0 '' "$laq" short/a.b.ppm --force
expect 0 '' "$laq" short/a.b.laq
exists short/a.b.png
expect 1 'short/a.b.png: exists already' "$laq" short/a.b.laq
cp photo.ppm ./-dash.ppm
expect 0 '' "$laq" -- -dash.ppm
exists -dash.laq
expect 0 '' "$laq" encode -- -dash.ppm -dash2.laq
exists -dash2.laq

# Wrong command lines: status 2
expect 2 'neither a verb nor a file' "$laq" compress
expect 2 "'' is neither a verb nor a file" "$laq" ''
expect 1 "'': cannot write" "$laq" encode photo.ppm ''
expect 2 'OUT is required' "$laq" encode photo.ppm
expect 2 'quality' "$laq" encode -q 101 photo.ppm x.laq
expect 2 'quality' "$laq" encode -q high photo.ppm x.laq
expect 2 'effort' "$laq" encode -e 10 photo.ppm x.laq
expect 2 'tune' "$laq" encode --tune sharp photo.ppm x.laq
expect 2 'aq' "$laq" encode --aq maybe photo.ppm x.laq
expect 2 'excludes' "$laq" encode -q 50 --target-bytes 50k photo.ppm x.laq
expect 2 'is not a size' "$laq" encode --target-bytes 50q photo.ppm x.laq
expect 2 'is not a size' "$laq" encode --target-bytes -5 photo.ppm x.laq
expect 2 'not a metric' "$laq" encode --target sharpness=3 photo.ppm x.laq
expect 2 'is not a number' "$laq" encode --target ssimulacra2=good photo.ppm x.laq
expect 2 'is not a number' "$laq" encode --target ssimulacra2=101 photo.ppm x.laq
expect 2 'is not a number' "$laq" encode --target psnr photo.ppm x.laq
expect 2 'is not a size' "$laq" encode --target bytes=-1 photo.ppm x.laq
expect 2 'excludes' "$laq" encode -q 50 --target psnr=40 photo.ppm x.laq
expect 0 '' "$laq" encode --verify --lossless photo.ppm bound.laq
"$laq" info bound.laq | grep -q 'lossless' || fail "info of a picture without loss"
expect 0 '' "$laq" encode --verify --max-error 3 photo.ppm bound.laq
"$laq" info bound.laq | grep -q 'no sample is wrong by more than 3' || fail "info of a picture with a bound"
expect 2 'it takes --quality' "$laq" encode --bits 3 photo.ppm x.laq
expect 2 '--max-error excludes --lossless' "$laq" encode --max-error 3 --lossless series.npy x.laq
expect 2 'excludes' "$laq" encode --max-error 3 -q 50 series.npy x.laq
expect 2 'excludes' "$laq" encode --lossless --target-bytes 50k series.npy x.laq
expect 2 'excludes' "$laq" encode --psnr 40 --tune psnr series.npy x.laq
expect 2 'excludes' "$laq" encode --psnr 40 --target psnr=40 series.npy x.laq
expect 2 'max-error' "$laq" encode --max-error -3 series.npy x.laq
expect 2 'takes --max-error' "$laq" encode --tune psnr series.npy x.laq
expect 0 '' "$laq" encode series.npy plain.laq -f
expect 0 '' "$laq" encode --lossless series.npy lossless.laq
cmp -s plain.laq lossless.laq || fail 'an array without a target is not kept as it is'
expect 2 '--bogus' "$laq" encode --bogus photo.ppm x.laq
expect 2 '--bogus' "$laq" --bogus
expect 2 'not a verb' "$laq" help compress
"$laq" > /dev/null 2>&1
[[ $? == 2 ]] || fail "laq alone should have status 2"
missing x.laq

# Numbers: one short sentence names the option, what was given and what may be given; nan is a number that was given
refuses_number() { # TEXT VERB OPTION VALUE
  expect 2 "$3: " "$laq" "$2" "$3" "$4" a b
  grep -qF -- "$1" stderr || fail "the message lacks '$1': $(cat stderr)"
  grep -qF -- "${4:0:20}" stderr || fail "the message lacks '$4': $(cat stderr)"
  (($(wc -c < stderr) < 200)) || fail "a message of $(wc -c < stderr) characters: $(cat stderr)"
}
long=$(printf '9%.0s' {1..400})
for value in nan NaN inf -inf 1,5 abc 1e400 "$long" 5x 0x; do
  for option in --max-error --max-rel-error --psnr --snr --bits; do refuses_number ' is not a' encode $option $value; done
  refuses_number 'is not a number above 0 and below 1' encode --pointwise-rel $value
  refuses_number 'is not a number from 0 to 100' encode --quality $value
  refuses_number 'is not a whole number from 1 to 9' encode --effort $value
  refuses_number 'is not a whole number from 0 to 1024' decode --threads $value
  refuses_number 'is not a whole number from 256 to 2097152' encode --chunk $value
  refuses_number 'is not a number from 0 to 1000' compare --score $value
  refuses_number 'is not a finite number' compare --lowest $value
  refuses_number 'is not a whole number from 1 to 1024' compare --jobs $value
  [[ $value == 9* ]] && continue # sizes may be so large
  for verb in encode decode metric; do
    refuses_number 'is not a size' $verb --max-pixels $value
    refuses_number 'is not a size' $verb --max-memory $value
  done
done
for option in --max-error --max-rel-error --psnr --snr; do refuses_number 'from 0 ' encode $option -1; done
refuses_number 'above 0' encode --bits -1
refuses_number 'from 0 to 1000' encode --psnr 1000.5
for target in psnr=nan ssimulacra2=inf butteraugli=$long bpp=1e999 bytes=nan "$long=3"; do
  expect 2 '--target' "$laq" encode --target $target a b
  (($(wc -c < stderr) < 200)) || fail "a message of $(wc -c < stderr) characters: $(cat stderr)"
done
expect 0 '' "$laq" encode --quality +30 --effort 05 --threads 08 photo.ppm numbers.laq
expect 0 '' "$laq" encode --max-error 0 series.npy numbers.laq --force
cmp -s numbers.laq <("$laq" encode --max-error 0 series.npy -) || fail "a bound of 0"

# What was not expected is listed in its order
expect 2 'unknown options --bogus, --more, --also (see laq help encode)' "$laq" encode --bogus photo.ppm --more x.laq --also
expect 2 'too many are c, d, e and 2 more' "$laq" decode a b c d e f g
expect 2 'too many arguments: b, c' "$laq" help a b c
expect 2 'unknown option --quiet (see laq help)' "$laq" --quiet photo.ppm
expect 2 '--quality is given 3 times' "$laq" encode -q 1 -q 2 --effort 3 -e 4 -q 5 a b
expect 2 '--max-error is given 2 times' "$laq" encode --max-error 1 --max-error 2 a b
"$laq" help > overview && "$laq" help help > again && "$laq" --help > option
cmp -s overview again && cmp -s overview option && grep -q compare overview || fail "help of help: $(cat again)"

# Measures: of pictures, of arrays, of several files
expect 0 '' "$laq" metric photo.ppm photo.laq
grep -q '^SSIMULACRA 2 ' stdout || fail "metric: $(cat stdout)"
"$laq" encode --max-error 4 --quiet series.npy coarse.laq -f
expect 0 '' "$laq" metric series.npy coarse.laq
grep -q '^largest error  *[1-4]$' stdout || fail "metric of arrays: $(cat stdout)"
expect 0 '' "$laq" metric --json series.npy series.laq coarse.laq
[[ $(python3 -c 'import json; a, b = json.load(open("stdout")); print(a["file"], a["max_error"], a["psnr"], b["elements"], 0 < b["rmse"] <= 4)') == \
  'series.laq 0.0 None 100 True' ]] || fail "metric of several: $(cat stdout)"
printf 'RIFF\x4c\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data\x28\0\0\0abcdefghij' > early.wav
"$laq" encode early.wav early.laq 2> /dev/null
expect 0 "early.wav: ends early, after 5 of 20 samples" "$laq" metric early.wav early.laq
expect 1 'photo.ppm: holds a picture, and the original an array or a sound' "$laq" metric series.npy photo.ppm coarse.laq
grep -q 'coarse.laq$' stdout || fail "metric stops at a file that cannot be compared"
sed 's/(4, 25)/(5, 20)/' series.npy > shaped.npy
expect 1 'shaped.npy: has the shape 5x20, the original 4x25' "$laq" metric series.npy shaped.npy
expect 1 'series.npy: has more elements than --max-pixels allows' "$laq" metric --max-pixels 99 series.npy series.laq

# Masks
printf 'P5 37 5 255\n%-185s' '' > gray.pgm
printf 'P5 8 8 255\n%-64s' '' > square.pgm
expect 0 '' "$laq" encode -q 50 --mask gray.pgm photo.ppm masked.laq
"$laq" encode -q 50 photo.ppm plain.laq
cmp -s masked.laq plain.laq && fail "a black mask changes nothing"
expect 1 'photo.ppm: has 37x5 pixels as it is stored, and the mask has 8x8' "$laq" encode --mask square.pgm photo.ppm x.laq
expect 1 'photo.ppm: has colour or alpha, and a mask is gray' "$laq" encode --mask photo.ppm photo.ppm x.laq
expect 1 'none.pgm: cannot read' "$laq" encode --mask none.pgm photo.ppm x.laq
expect 2 'excludes --lossless' "$laq" encode --mask gray.pgm --lossless photo.ppm x.laq

# Pictures of more than 2^26 pixels go through row by row
{ printf 'P5 8200 8192 255\n'; head -c 67174400 /dev/zero | tr '\0' a; } > large.pgm
"$laq" encode -v -q 60 -e 1 large.pgm large.laq 2> stderr || fail "a large picture is not encoded: $(cat stderr)"
grep -q '8200x8192, row by row' stderr || fail "a large picture is not read row by row: $(cat stderr)"
expect 0 '' "$laq" decode large.laq large.pam
cmp -s <(tail -c 67174400 large.pgm) <(tail -c 67174400 large.pam) || fail "a large flat picture has changed"
rm large.pgm large.pam

# Limits
expect 1 'more than 100 pixels' "$laq" encode --max-pixels 100 photo.ppm x.laq
expect 1 'series.npy: the array 4x25 is larger than is allowed' "$laq" encode --lossless --max-pixels 99 series.npy x.laq
expect 0 '' "$laq" encode --lossless --max-pixels 100 series.npy limits.laq
# Floating-point pictures in parts: 40 x 24 gray numbers whose bits count upwards from those of 1.
{ printf 'Pf\n40 24\n-1.0\n'
  printf "$(awk 'BEGIN { for (i = 0; i < 960; ++i) printf "\\%03o\\%03o\\200\\077", i % 256, int(i / 256) }')"; } > light.pfm
[ "$(wc -c < light.pfm)" = 3854 ] || fail "light.pfm has another size"
expect 0 '' "$laq" encode --lossless light.pfm light.laq
expect 0 '' "$laq" decode light.laq again.pfm
cmp -s light.pfm again.pfm || fail "light without loss is not the same"
expect 0 '' "$laq" decode --region 0,0,40,2 light.laq part.pfm
cmp -s <(tail -c 320 light.pfm) <(tail -c 320 part.pfm) || fail "a region of light has other samples"
expect 0 '' "$laq" decode --scale 1/8 light.laq small.pfm
grep -aq '^5 3$' small.pfm || fail "an eighth of light has another size"
expect 1 'light.laq: the region 39,0,2,1' "$laq" decode --region 39,0,2,1 light.laq x.pfm
head -c -30 light.laq > cut.laq
expect 1 'cut.laq: ' "$laq" decode cut.laq x.pfm
expect 0 'cut.laq: cut off: 1 tile is missing, the first at 0,0' "$laq" decode --allow-partial cut.laq cut.pfm
expect 0 '' "$laq" encode --progressive -q 70 light.pfm preview.laq
"$laq" info preview.laq | grep -q 'section PRVW' || fail "light has no preview"
expect 0 '' "$laq" decode --scale 1/8 --region 8,8,20,16 preview.laq part.exr
expect 1 'more than 249 pixels' "$laq" encode --lossless --max-memory 3999 light.pfm x.laq

expect 1 'photo.ppm: cannot read: the file has more than the 300 bytes' "$laq" encode --max-memory 300 photo.ppm x.laq
expect 1 'standard input: cannot read: the file has more than the 300 bytes' "$laq" encode --max-memory 300 - x.laq < <(cat photo.ppm)
expect 1 'photo.laq: ' "$laq" decode --max-pixels 184 photo.laq x.png
expect 0 '' "$laq" decode --max-pixels 185 photo.laq limits.png
expect 1 'limits.laq: ' "$laq" decode --max-pixels 99 limits.laq x.npy
expect 1 'photo.laq: ' "$laq" decode --max-memory 500 photo.laq x.png
expect 0 '' "$laq" decode --max-memory 2G --max-pixels 1Mi photo.laq limits.png
expect 1 'photo.laq: ' "$laq" info --max-memory 10 photo.laq
expect 1 'photo.laq: ' "$laq" metric --max-pixels 184 photo.laq photo.ppm
expect 1 'photo.ppm: more than 184 pixels' "$laq" metric --max-pixels 184 photo.ppm photo.laq
expect 0 '' "$laq" metric --max-pixels 185 photo.ppm photo.laq

# Files that are not read are called by their names, and none is called a picture
names_file() { # TEXT FILE, whose first bytes are standard input
  { cat && head -c 600 /dev/zero; } > "$2"
  for bound in '' --lossless; do
    expect 1 "$2: is $1" "$laq" encode $bound "$2" x.laq
    grep -q 'is a picture' stderr && fail "$2 is called a picture: $(cat stderr)"
  done
  expect 1 "$2: is ${1%%,*}" "$laq" decode "$2" x.png
}
# These kinds may hold FLAC, which their first bytes do not tell.
{ printf 'OggS\0' && head -c 600 /dev/zero; } > a.ogg
expect 1 'a.ogg: is an Ogg file of a kind that laq does not read' "$laq" encode --lossless a.ogg x.laq
{ printf 'ID3\4\0' && head -c 600 /dev/zero; } > a.mp3
expect 1 'a.mp3: is an MP3 file, ' "$laq" encode --lossless a.mp3 x.laq
printf '\xff\xfb\x90' | names_file 'an MP3 file, which' b.mp3
printf '\0\0\0\x20ftypM4A ' | names_file 'an M4A file, which' a.m4a
printf 'PK\3\4\24\0\0\0\0\0zzzzzzzzzzzzzzzz\7\0\0\0a.npy.z' | names_file 'a ZIP file, which laq does not read (unpack it first)' a.zip
printf '\x89HDF\r\n\x1a\n' | names_file 'an HDF5 or NetCDF file, which laq does not read (read its arrays with h5py' a.h5
printf 'CDF\1' | names_file 'a NetCDF file, which' a.nc
printf '\x1f\x8b\x08' | names_file 'a gzip file, which laq does not read (unpack it first)' a.gz
printf '8BPS' | names_file 'a Photoshop file, which laq does not read (convert it to PNG first)' a.psd
printf '\0\0\0\x20ftypisom' | names_file 'an MP4 file, which' a.mp4
printf '%%PDF-1.7' | names_file 'a PDF file, which' a.pdf
printf '\1\2\3\4' > a.bin
expect 1 'a.bin: is not a file of a kind that laq reads (it reads PNG, JPEG' "$laq" encode --max-error 1 a.bin x.laq
expect 1 'a.bin: is a file of no kind that laq knows, not a LAQ file' "$laq" decode a.bin x.png
expect 1 'series.npy: is an NPY file, not a LAQ file' "$laq" info series.npy
# Types of elements that are not read
refuses_type() {
  sed "s/<i2/$1/" series.npy > type.npy
  expect 1 "elements of type $1 are not supported ($2" "$laq" encode --lossless type.npy x.laq
}
refuses_type '<f16' "array.astype('float64') rounds"
refuses_type '<c32' "array.astype('complex128') rounds"
refuses_type '<U3' 'only numbers'

# Files that cannot be read: status 1, named, nothing written
printf 'words' > words.png
: > empty.png
head -c 300 photo.ppm > cut.ppm
head -c 60 photo.laq > cut.laq
expect 1 'laq: absent.png: cannot read: No such file' "$laq" encode absent.png x.laq
expect 1 'laq: absent.png: cannot read: No such file' "$laq" absent.png
expect 1 'laq: short: cannot read: Is a directory' "$laq" encode short x.laq
expect 1 'is a Photoshop file' "$laq" encode a.psd x.laq
expect 1 'is a text file, which laq does not read' "$laq" encode words.png x.laq
expect 1 'empty.png: the file is empty' "$laq" encode empty.png x.laq
expect 1 'cut.ppm: damaged' "$laq" encode cut.ppm x.laq
expect 1 'is a LAQ file already' "$laq" encode photo.laq x.laq
expect 1 'laq: absent.laq: cannot read' "$laq" decode absent.laq x.png
expect 1 'laq: cut.laq: ' "$laq" decode cut.laq x.png
expect 1 'laq: photo.ppm: ' "$laq" decode photo.ppm x.png
expect 1 'laq: photo.ppm: ' "$laq" info photo.ppm
expect 1 'laq: standard input: ' "$laq" decode - x.png < photo.ppm
missing x.laq
missing x.png
if [[ $(id -u) != 0 ]]; then
  cp photo.ppm locked.ppm && chmod a-r locked.ppm
  expect 1 'locked.ppm: cannot read: Permission denied' "$laq" encode locked.ppm x.laq
  mkdir sealed && chmod a-w sealed
  expect 1 'sealed/x.laq: cannot write' "$laq" encode photo.ppm sealed/x.laq
  chmod u+w sealed
fi

# What is not kept is named, also with --quiet
python3 - << 'END'
import struct, zlib
chunk = lambda t, d: struct.pack('>I', len(d)) + t + d + struct.pack('>I', zlib.crc32(t + d))
open('frames.png', 'wb').write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 2, 2, 8, 0, 0, 0, 0)) +
  chunk(b'acTL', struct.pack('>II', 2, 0)) + chunk(b'gAMA', struct.pack('>I', 100000)) +
  chunk(b'eXIf', b'II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0') +
  chunk(b'IDAT', zlib.compress(b'\0\1\2' * 2)) + chunk(b'IEND', b''))
wav = b'WAVEfmt ' + struct.pack('<IHHIIHH', 16, 1, 1, 8000, 16000, 2, 16) + b'data' + struct.pack('<I', 100) + bytes(80)
open('cut.wav', 'wb').write(b'RIFF' + struct.pack('<I', 136) + wav)
END
expect 0 'laq: frames.png: not kept: APNG frames after the first' "$laq" encode --quiet frames.png frames.laq
expect 0 'laq: standard input: not kept: APNG frames' "$laq" encode - frames.laq < frames.png
expect 0 'Exif' "$laq" decode --quiet frames.laq frames.ppm
expect 0 'laq: frames.ppm: not kept: code points of colour' "$laq" decode --strip frames.laq frames.ppm
expect 0 '' "$laq" decode frames.laq again.png
expect 0 'laq: cut.wav: ends early, after 40 of 50 samples' "$laq" encode --quiet --lossless cut.wav cut.laq
expect 0 '' "$laq" info cut.laq
grep -q '1x40, int16' stdout || fail "a sound that ends early: $(cat stdout)"
expect 0 'laq: cut.npy: not kept: sample rate' "$laq" decode cut.laq cut.npy

# Files that cannot be written: status 1, and what was there stays
expect 1 'nowhere/x.laq: cannot write: No such directory' "$laq" encode photo.ppm nowhere/x.laq
expect 1 'short: cannot write: Is a directory' "$laq" encode photo.ppm short
expect 1 'photo.ppm/x.laq: cannot write' "$laq" encode photo.ppm photo.ppm/x.laq
expect 1 'says no format' "$laq" decode photo.laq x.psd
expect 1 'alpha channel' "$laq" decode <("$laq" encode alpha.pam -) x.jpg
expect 1 'alpha channel' "$laq" decode <("$laq" encode alpha.pam -) x.ppm
expect 1 'has colour' "$laq" decode photo.laq x.pgm
missing x.jpg
missing x.ppm
missing x.pgm
cp photo.laq kept.laq
expect 1 'kept.laq: exists already' "$laq" encode --no-overwrite photo.ppm kept.laq
expect 1 'cut.ppm' "$laq" encode cut.ppm kept.laq
cmp -s kept.laq photo.laq || fail "kept.laq was overwritten"
cp again.png full.png
(
  ulimit -f 1 # 1 KB or 512 bytes a file: a full disk for everybody
  "$laq" decode <("$laq" encode "$testdata/noise.pgm" -) full.png 2> full.err
  [[ $? == 1 ]] || echo "status with a full disk"
  grep -q 'laq: full.png: cannot write: File too large' full.err || echo "message with a full disk: $(cat full.err)"
  cmp -s full.png again.png || echo "full.png was overwritten"
) > full.out 2>&1
[[ ! -s full.out ]] || fail "$(cat full.out)"
if [[ -w /dev/full ]]; then
  expect 1 'No space left' "$laq" encode photo.ppm /dev/full
  "$laq" encode photo.ppm - > /dev/full 2> stderr
  [[ $? == 1 ]] || fail "a full standard output should have status 1"
  grep -q 'laq: standard output: cannot write: No space left' stderr || fail "$(cat stderr)"
fi
no_leftovers

# An array that is larger than the memory that is allowed is coded chunk by chunk, and decoded piece by piece
truncate -s 80000000 large.raw
for place in 0 41000 40000004 79999000; do printf 'some numbers' | dd of=large.raw bs=1 seek=$place conv=notrunc 2> dd.err; done
large=(encode -e 1 -j 1 --max-memory 75M --raw float32)
for shape in 4,50,100000 20000000; do
  expect 0 '' "$laq" "${large[@]}" --shape $shape large.raw large.laq
  expect 0 '' "$laq" decode -j 1 --max-memory 75M large.laq large-again.raw
  cmp -s large.raw large-again.raw || fail "a large array of shape $shape has changed"
done
expect 0 '' "$laq" decode -j 1 --max-memory 75M large.laq large.npy
cmp -s large.raw <(tail -c 80000000 large.npy) || fail 'the NumPy file of a large array differs'
expect 1 'is larger than is allowed' "$laq" "${large[@]}" --shape 20000000 --max-pixels 1M large.raw x.laq
expect 1 'File too large' bash -c 'ulimit -f 10000; trap "" XFSZ; "$0" decode -f large.laq large.npy' "$laq"
cmp -s large.raw <(tail -c 80000000 large.npy) || fail 'a failure has changed the NumPy file of a large array'
rm large*
no_leftovers

# A file that is replaced keeps its permissions; a link stays a link
cp photo.laq target.laq && chmod 640 target.laq && ln -s target.laq link.laq
expect 0 '' "$laq" encode --quiet deep.ppm link.laq
[[ -L link.laq && $(stat -c %a target.laq) == 640 ]] || fail "link or permissions were not kept"
"$laq" info target.laq | grep -q '40x40, RGB, 16 bits' || fail "the link's target was not replaced"
umask 027
expect 0 '' "$laq" encode photo.ppm by-umask.laq
[[ $(stat -c %a by-umask.laq) == 640 ]] || fail "the umask was not kept"
finish
