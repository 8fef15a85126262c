#!/usr/bin/env bash
# models_test.sh LAQ TESTDATA: models are encoded, listed, taken apart and come back; what is refused, and why. The model is made
# by Python without any package; the test is skipped where there is none.
python3 -c '' 2> /dev/null || exit 77
source "$(dirname "$0")/expect.sh"

# make_model FILE: a safetensors file of weights whose rows differ in size, a bias, integers and bytes of another type.
make_model() {
  python3 - "$1" <<'EOF'
import json, random, struct, sys
random.seed(7)
weights = [random.gauss(0, 2.0 ** (i // 64 % 4)) for i in range(48 * 64)]
halves = [struct.unpack("<I", struct.pack("<f", w))[0] >> 16 for w in weights]
tensors = [("layer.weight", "F32", [48, 64], struct.pack("<3072f", *weights)),
           ("layer.bias", "F32", [48], struct.pack("<48f", *weights[:48])),
           ("head.weight", "BF16", [48, 64], struct.pack("<3072H", *halves)),
           ("steps", "I64", [2, 3], struct.pack("<6q", *range(6))),
           ("eight", "F8_E4M3", [40], bytes(range(40))),
           ("scale", "F32", [], struct.pack("<f", 0.75)), ("none", "F32", [0, 8], b"")]
header, end = {"__metadata__": {"format": "pt"}}, 0
for name, dtype, shape, data in tensors:
    header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [end, end + len(data)]}
    end += len(data)
text = json.dumps(header).encode() + b"   "
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + b"".join(data for *_, data in tensors))
EOF
}
make_model m.safetensors

# Without loss the file comes back byte for byte, with loss all but its weights.
expect 0 '' "$laq" encode --quiet m.safetensors exact.laq
expect 0 '' "$laq" decode --quiet exact.laq exact.safetensors
cmp -s m.safetensors exact.safetensors || fail "a model without loss differs"
expect 0 '' "$laq" encode --quiet --verify m.safetensors small.laq --bits 4 --keep 'head*'
expect 0 '' "$laq" decode --quiet small.laq small.safetensors
[[ $(stat -c %s small.safetensors) == "$(stat -c %s m.safetensors)" ]] || fail "another size"
cmp m.safetensors small.safetensors | grep -q 'differ' || fail "nothing was lost at 4 bits"
[[ $(stat -c %s small.laq) -lt $(stat -c %s exact.laq) ]] || fail "4 bits are no fewer bytes"
python3 - <<'EOF' || fail "what must be kept was not"
import json, struct
def parts(path):
    data = open(path, "rb").read()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    return {name: data[8 + size + t["data_offsets"][0]:8 + size + t["data_offsets"][1]]
            for name, t in header.items() if name != "__metadata__"}
before, after = parts("m.safetensors"), parts("small.safetensors")
assert [name for name in before if before[name] != after[name]] == ["layer.weight"]
EOF

# What info tells
"$laq" info small.laq > listed || fail "info of a model"
grep -q 'LAQ tensors, 7 of 6239 elements' listed || fail "info counts other tensors: $(cat listed)"
grep -q '^  layer.weight *48x64 *F32 .* dB' listed || fail "info does not tell the SNR: $(cat listed)"
grep -q '^  eight *40 *F8_E4M3 .*lossless' listed || fail "info does not tell the type: $(cat listed)"
"$laq" info --json small.laq | python3 -c '
import json, sys
tensors = json.load(sys.stdin)["tensors"]
assert [t["name"] for t in tensors] == ["layer.weight", "layer.bias", "head.weight", "steps", "eight", "scale", "none"]
assert tensors[0]["bits_per_element"] <= 4 and tensors[0]["snr"] > 15 and tensors[1]["snr"] is None' || fail "info --json"

# Bits, decibels and bounds; single tensors
expect 0 '' "$laq" encode --quiet --verify m.safetensors bits.laq --bits 6 --bits 'head*=2'
"$laq" info bits.laq | grep -q '^  head.weight .* [12]\.[0-9]* ' || fail "--bits PATTERN=B: $("$laq" info bits.laq)"
expect 0 '' "$laq" encode --quiet --verify m.safetensors snr.laq --snr 30
expect 0 '' "$laq" encode --quiet --verify m.safetensors bound.laq --max-error 0.125
expect 0 '' "$laq" encode --quiet m.safetensors uniform.laq --bits 4 --uniform --noise mse
expect 0 '' "$laq" decode --quiet exact.laq weight.npy --tensor layer.weight
[[ $(stat -c %s weight.npy) == $((128 + 4 * 48 * 64)) ]] || fail "the tensor is no NumPy file of its size"
"$laq" decode --quiet - piped.npy --tensor layer.weight < <(cat exact.laq) || fail "--tensor of a pipe"
cmp -s piped.npy weight.npy || fail "--tensor gives another tensor from a pipe"
python3 - <<'END'
file = bytearray(open("exact.laq", "rb").read())
file[len(file) // 4] ^= 1  # within the first stream, which is the largest
open("damaged.laq", "wb").write(file)
END
"$laq" decode --quiet exact.laq whole.npy --tensor eight
expect 0 '' "$laq" decode --quiet damaged.laq beside.npy --tensor eight
cmp -s beside.npy whole.npy || fail "--tensor gives another tensor beside a damaged one"
expect 1 'tensor layer.weight: checksum is wrong' "$laq" decode damaged.laq x.npy --tensor layer.weight
: > empty.laq
expect 1 'empty.laq: the file is empty' "$laq" decode empty.laq x.npy --tensor eight
expect 0 '' "$laq" encode --quiet weight.npy tensor.laq --tensor --bits 4
expect 0 '' "$laq" decode --quiet tensor.laq again.npy
echo 'layer.weight,4' > sensitivity.csv
echo 'head.weight,1' >> sensitivity.csv
expect 0 '' "$laq" encode --quiet m.safetensors spread.laq --bits 4 --sensitivity sensitivity.csv

# Measures
"$laq" metric m.safetensors exact.laq | grep -q '^tensors that differ  0$' || fail "a model without loss differs from itself"
"$laq" metric --json m.safetensors small.laq | python3 -c '
import json, sys
measures = json.load(sys.stdin)
assert measures["tensors"] == 7 and measures["differing"] == 1 and measures["snr"] > 15
assert [t["name"] for t in measures["differing_tensors"]] == ["layer.weight"]' || fail "metric --json of a model"
expect 1 'holds a picture, and the original a model' "$laq" metric m.safetensors "$testdata/37x5.ppm"
expect 1 'of which there is no page (laq info lists them)' "$laq" inspect small.laq

# Blocks and back
expect 0 '' "$laq" pack --quiet m.safetensors packed.safetensors --bits 5 --keep 'head*'
expect 0 '' "$laq" unpack --quiet packed.safetensors unpacked.safetensors
[[ $(stat -c %s packed.safetensors) -lt $(($(stat -c %s m.safetensors) - 8000)) ]] || fail "blocks save no bytes"
"$laq" encode --quiet unpacked.safetensors unpacked.laq && "$laq" decode --quiet unpacked.laq unpacked.npy --tensor layer.weight || fail "what was unpacked"
"$laq" metric --json weight.npy unpacked.npy > /dev/null || fail "the unpacked weights have another shape"
cmp -s weight.npy unpacked.npy && fail "blocks of 5 bits are exact"
expect 0 '' "$laq" pack --quiet m.safetensors all.safetensors --bits '*=6'
expect 0 '' "$laq" unpack --quiet all.safetensors all-again.safetensors
expect 0 '' "$laq" encode --quiet --verify m.safetensors all.laq --bits '*=6'
expect 1 'is the input, which is never written over' "$laq" pack m.safetensors m.safetensors --force
expect 2 '--bits: 0 is not a number above 0' "$laq" pack m.safetensors x.safetensors --bits 0
sed 's/"version": *1/"version": 7/; s/\\"version\\":1/\\"version\\":7/' packed.safetensors > later.safetensors
expect 1 'blocks have version 7' "$laq" unpack later.safetensors x.safetensors

# What is refused
expect 2 'is a model: it takes --bits' "$laq" encode m.safetensors x.laq -q 50
expect 2 'is a model: it takes --bits' "$laq" encode m.safetensors x.laq --psnr 50
expect 1 "no tensor whose name matches 'nope'" "$laq" encode m.safetensors x.laq --bits 4 --keep nope
expect 2 '--bits: four is not a number' "$laq" encode m.safetensors x.laq --bits four
expect 2 'is no model, and --keep' "$laq" encode "$testdata/37x5.ppm" x.laq --keep '*'
expect 1 '7 tensors, of which --tensor NAME takes one' "$laq" decode exact.laq x.npy
expect 1 "no tensor of the file is named 'nope'" "$laq" decode exact.laq x.npy --tensor nope
expect 1 'the file holds tensors of a safetensors file (end OUT in .safetensors' "$laq" decode exact.laq x.gguf
expect 1 'the file holds tensors, not a picture' "$laq" decode exact.laq x.png
expect 2 '--tensor gives an array' "$laq" decode exact.laq x.png --tensor layer.weight
head -c 1000 m.safetensors > cut.safetensors
expect 1 'laq: cut.safetensors: ' "$laq" encode cut.safetensors x.laq
head -c 3000 small.laq > cut.laq
expect 1 'laq: cut.laq: ' "$laq" decode cut.laq x.safetensors
missing x.laq
missing x.safetensors

# Beside the model
"$laq" m.safetensors 2> /dev/null || fail "the short form of a model"
cmp -s m.laq exact.laq || fail "the short form writes another file"
cp m.laq n.laq
"$laq" n.laq 2> /dev/null || fail "the short form of a LAQ file of a model"
cmp -s n.safetensors m.safetensors || fail "the short form gives another model"
finish
