"""Arrays that NumPy saves come back byte for byte: all types, both orders, all shapes. Skipped without NumPy.
usage: numpy_test.py LAQ"""
import os
import subprocess
import sys
import tempfile

try:
    import numpy as np
except ImportError:
    print("NumPy is missing")
    sys.exit(77)

laq = os.path.abspath(sys.argv[1])
TYPES = ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "?", "c8", "c16", "M8[ns]", "m8[25s]"]
SHAPES = [(), (1,), (0,), (7,), (2, 3, 4), (3, 0, 2), (1, 1, 2, 3, 1, 4), (1,) * 31]
failed = 0


def check(holds, what):
    global failed
    if not holds:
        failed += 1
        print("FAIL:", what)


def run(*words):
    done = subprocess.run([laq, *words], capture_output=True)
    return done.returncode, done.stderr.decode(errors="replace").strip()


def values(kind, shape, order):
    count = int(np.prod(shape))
    numbers = np.arange(count) * 37 % 101 + (0.25 if np.dtype(kind).kind in "fc" else 0)
    if np.dtype(kind).kind == "c":
        numbers = numbers + 1j * numbers[::-1]
    if np.dtype(kind).kind in "Mm":
        array = numbers.astype("i8").view(np.dtype(kind).newbyteorder("<")).astype(kind)
    else:
        array = (numbers % 2 if kind == "?" else numbers).astype(kind)
    return np.asarray(array.reshape(shape), order=order)


def contents(path):
    with open(path, "rb") as file:
        return file.read()


os.chdir(tempfile.mkdtemp())
cases = [(kind, (2, 3, 4), order, mark) for kind in TYPES for order, mark in ["C<", "F>"]]
cases += [(kind, shape, "C", "<") for kind in ("f4", "c8") for shape in SHAPES]
for kind, shape, order, mark in cases:
    array = values(np.dtype(kind).newbyteorder(mark), shape, order)
    np.save("in.npy", array)
    status, message = run("encode", "--quiet", "-f", "--lossless", "in.npy", "x.laq")
    check(status == 0, f"{array.dtype} {shape} {order}: {message}")
    status, message = run("decode", "-f", "x.laq", "out.npy")
    check(status == 0, f"{array.dtype} {shape} {order}: {message}")
    if status == 0:
        again = np.load("out.npy")
        check(again.dtype == array.dtype and again.shape == array.shape, f"{array.dtype} {shape} is {again.dtype} {again.shape}")
        check(np.array_equal(again, array), f"{array.dtype} {shape} {order}: values differ")
        check(contents("in.npy") == contents("out.npy"), f"{array.dtype} {shape} {order}: bytes differ")

# A bound holds for the types that NumPy has and LAQ has not.
for kind, bound in [("c16", 0.01), (">f4", 0.01), ("f2", 0.5), ("i8", 3), ("?", 0.4)]:
    array = values(np.dtype(kind), (20, 30), "F")
    np.save("in.npy", array)
    status, message = run("encode", "--quiet", "-f", "--max-error", str(bound), "in.npy", "x.laq")
    check(status == 0, f"{kind} within {bound}: {message}")
    run("decode", "-f", "x.laq", "out.npy")
    again = np.load("out.npy")
    check(again.dtype == array.dtype, f"{kind} within {bound} is {again.dtype}")
    difference = (again.astype("c16") - array.astype("c16"))
    error = max(abs(difference.real).max(), abs(difference.imag).max())
    check(error <= bound, f"{kind}: error {error}, bound {bound}")

# Regions are those of the array as NumPy sees it.
array = values(np.dtype("c8"), (4, 6), "C")
np.save("in.npy", array)
run("encode", "--quiet", "-f", "--lossless", "in.npy", "x.laq")
status, message = run("decode", "-f", "--region", "1:3,2:5", "x.laq", "out.npy")
check(status == 0 and np.array_equal(np.load("out.npy"), array[1:3, 2:5]), f"region of complex numbers: {message}")

# Members of archives.
np.savez("one.npz", weights=np.arange(6.0))
np.savez_compressed("two.npz", a=np.arange(6.0), b=np.arange(4))
status, message = run("encode", "--quiet", "-f", "--lossless", "one.npz", "x.laq")
run("decode", "-f", "x.laq", "out.npy")
check(status == 0 and np.array_equal(np.load("out.npy"), np.arange(6.0)), f"one.npz: {message}")
status, message = run("encode", "--quiet", "-f", "--lossless", "two.npz", "x.laq")
check(status == 1 and "'a', 'b'" in message, f"two.npz: {message}")
status, message = run("encode", "--quiet", "-f", "--lossless", "--member", "b", "two.npz", "x.laq")
run("decode", "-f", "x.laq", "out.npy")
check(status == 0 and np.array_equal(np.load("out.npy"), np.arange(4)), f"two.npz, b: {message}")

status, message = run("encode", "--quiet", "--lossless", "-o", "out", "two.npz", "one.npz")
check(status == 0 and sorted(os.listdir("out")) == ["one.laq", "two"] and sorted(os.listdir("out/two")) == ["a.laq", "b.laq"],
      f"all members: {message}")
run("decode", "-f", "out/two/a.laq", "out.npy")
check(np.array_equal(np.load("out.npy"), np.arange(6.0)), "member a of all")
status, message = run("encode", "--quiet", "--lossless", "--skip-larger", "-o", "kept", "two.npz")
check(status == 0 and os.listdir("kept") == ["two"] and len(os.listdir("kept/two")) == 2, f"--skip-larger: {message}")

# What is unpacked counts for --max-memory too.
np.savez_compressed("zeros.npz", zeros=np.zeros(8 << 20, "u1"))
for names in ["zeros.npz", "x.laq"], ["-o", "limited", "zeros.npz"]:
    status, message = run("encode", "-f", "--lossless", "--max-memory", "1M", *names)
    check(status == 1 and "'zeros': it has more than" in message and "--max-memory" in message, f"a limit: {message}")

np.save("in.npy", np.zeros(3, [("x", "f4"), ("y", "i2")]))
status, message = run("encode", "--quiet", "-f", "--lossless", "in.npy", "x.laq")
check(status == 1 and "fields 'x', 'y'" in message, f"fields: {message}")
sys.exit(1 if failed else 0)
