"""Datasets of HDF5 and NetCDF-4 whose chunks are LAQ files, by h5py, h5repack, h5dump, nccopy and netCDF4. Skipped without h5py.
usage: hdf5_test.py LAQ FOLDER_OF_THE_FILTER FOLDER_OF_LAQ_HDF5"""
import multiprocessing
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

laq, plugins, module = map(os.path.abspath, sys.argv[1:4])
os.environ["HDF5_PLUGIN_PATH"] = plugins
sys.path.insert(0, module)
try:
    import h5py
    import numpy as np
except ImportError as error:
    print(f"{error.name} is missing (package python3-{error.name})")
    sys.exit(77)
import laq_hdf5

ROOT = pathlib.Path(module).parents[1]
LAQ_HDF5 = [sys.executable, os.path.join(module, "laq_hdf5.py")]
failed = 0
rng = np.random.default_rng(7)
FIELD = np.cumsum(np.cumsum(rng.normal(size=(30, 40)), 0), 1)
FLOATS3 = np.dtype([("x", "f4"), ("y", "f4"), ("z", "f4")])
MIXED = np.dtype([("a", "i4"), ("b", "f8")])
WITH_POINTERS = np.dtype([("text", h5py.string_dtype()), ("list", h5py.vlen_dtype("i4"))])


def check(holds, what):
    global failed
    if not holds:
        failed += 1
        print("FAIL:", what)


def refuses(what, message, action):
    try:
        action()
    except (OSError, ValueError, RuntimeError) as error:
        check(message in str(error), f"{what}: '{error}' does not say '{message}'")
    else:
        check(False, f"{what} is not refused")


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True)
    check(done.returncode == 0, f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def filters(dataset):
    properties = dataset.id.get_create_plist()
    return [properties.get_filter(i)[0] for i in range(properties.get_nfilters())]


def has(program):
    found = any(os.access(os.path.join(folder, program), os.X_OK) for folder in os.environ["PATH"].split(":"))
    if not found:
        print(f"{program} is missing: what it tests is left out")
    return found


def values(kind):
    if kind.names:
        array = np.zeros(FIELD.shape, kind)
        for name in kind.names:
            array[name] = FIELD * (1 + len(name))
        return array
    if kind.kind == "S":
        return np.array([[b"%d" % value for value in row] for row in FIELD]).astype(kind)
    if kind.kind == "V":
        return np.frombuffer(rng.bytes(FIELD.size * kind.itemsize), kind).reshape(FIELD.shape)
    return FIELD.astype(kind) if kind.kind != "b" else FIELD > 0


def test_types():
    """All types come back bit by bit without loss, and all but numbers with one."""
    kinds = "i1 u1 i2 u2 i4 u4 i8 u8 f2 f4 f8 g ? c8 c16 >i2 >u2 >i4 >u8 >f2 >f4 >f8 >c8 >c16 S5 V7".split()
    with h5py.File("types.h5", "w") as file:
        for kind in [*map(np.dtype, kinds), FLOATS3, MIXED]:
            array = values(kind)
            for target in {}, {"max_error": 0.25}:
                name = f"{kind} {target}"
                made = file.create_dataset(name, data=array, chunks=(20, 40), **laq_hdf5.filter(1, **target))
                made.id.flush()
                made.refresh()
                again = made[...]
                is_kept = not target or kind.kind in "bSV" and kind != FLOATS3 or kind == np.dtype("g")
                if is_kept:
                    check(again.tobytes() == array.astype(again.dtype).tobytes(), f"{name} comes back")
                    continue
                for member in kind.names or [...]:
                    error = np.abs(again[member].astype("c16") - array[member].astype("c16"))
                    parts = max(error.real.max(), error.imag.max())
                    check(parts <= 0.25, f"{name}: an error of {parts}")
        text = file.create_dataset("text", (30, 40), h5py.string_dtype(), chunks=(16, 24), **laq_hdf5.filter())
        text[...] = "words"
        mixed = file.create_dataset("mixed", (30, 40), WITH_POINTERS, chunks=(16, 24), **laq_hdf5.filter())
        mixed[3, 3] = ("word", np.array([1, 2], "i4"))
        link = file.create_dataset("link", (50,), h5py.ref_dtype, chunks=(32,), **laq_hdf5.filter())
        link[7] = text.ref
        deep = file.create_dataset("deep", (2,) * 5 + (1,) * 27, "c8", chunks=(2,) * 5 + (1,) * 27, **laq_hdf5.filter())
        deep[...] = np.arange(32).reshape(deep.shape).astype("c8")
    with h5py.File("types.h5") as file:
        check(file["text"][29, 39] == b"words" and file["mixed"][3, 3][0] == b"word", "strings come back")
        check(list(file["mixed"][3, 3][1]) == [1, 2] and file[file["link"][7]].name == "/text", "links come back")
        check((file["deep"][...].ravel() == np.arange(32)).all(), "32 dimensions of complex numbers come back")


def test_same_bytes():
    """A chunk is the file that the library makes of the array."""
    with h5py.File("same.h5", "w") as file:
        for kind, mark in ("f4", "<"), ("f4", ">"), ("i2", "<"):
            array = FIELD.astype(kind)
            for target, words in (dict(max_error=0.5), ["--max-error", "0.5"]), ({}, ["--lossless"]), (
                dict(psnr=50.0, effort=3), ["--psnr", "50", "-e", "3"]):
                name = f"{mark}{kind} {words}"
                made = file.create_dataset(
                    name, data=array.astype(mark + kind), chunks=array.shape, **laq_hdf5.filter(**target))
                made.id.flush()
                array.tofile("same.raw")
                raw = {"f4": "float32", "i2": "int16"}[kind]
                run(laq, "encode", "--quiet", "-f", "--raw", raw, "--shape", "30,40", *words, "same.raw", "same.laq")
                with open("same.laq", "rb") as expected:
                    check(made.id.read_direct_chunk((0, 0))[1] == expected.read(), f"{name}: the same bytes")


def test_fill_values():
    """Fill values come back exactly, and no range has them; what a partial chunk has beyond its side is one."""
    gap = np.add.outer(np.sin(np.arange(30) / 9), np.cos(np.arange(40) / 12)) > 0.5
    for kind, fill in ("f4", -9999), ("f8", 1e20), (">f4", 9.96921e36), ("f2", -999), ("i2", -32768), (">i4", 0), ("f4", np.nan):
        for target in dict(max_error=2.0), dict(max_relative_error=1e-2), dict(psnr=40.0), dict(snr=40.0):
            array = FIELD.astype(kind)
            array[gap] = fill
            with h5py.File("fill.h5", "w") as file:
                file.create_dataset("x", data=array, chunks=(20, 40), fillvalue=fill, **laq_hdf5.filter(1, **target))
                file.create_dataset("all", (40, 40), kind, chunks=(20, 40), fillvalue=fill, **laq_hdf5.filter(1, **target))
                file["all"][:20] = fill
            with h5py.File("fill.h5") as file:
                again, whole = file["x"][...], file["all"][...]
            name = f"{kind} {fill} {target}"
            check(again[gap].tobytes() == array[gap].tobytes(), f"{name}: fill values come back")
            check(whole.tobytes() == np.full_like(whole, fill).tobytes(), f"{name}: a chunk of fill values comes back")
            error = np.abs(again[~gap].astype("f8") - array[~gap].astype("f8")).max()
            check(error <= 0.1 * np.ptp(FIELD), f"{name}: an error of {error}, as if fill values were in the range")
    # The NaN that stands for fill values occurs.
    array = FIELD.astype("f4")
    array[gap] = -9999
    array.view("u4")[0, :4] = 0x7FC00000 | 425
    with h5py.File("fill.h5", "w") as file:
        made = file.create_dataset("x", data=array, chunks=(16, 24), fillvalue=-9999, **laq_hdf5.filter(max_error=2.0))
        made.id.flush()
        made.refresh()
        again = made[...]
    check((again[gap] == array[gap])[4:].all() and np.isnan(again[0, :4]).all(), "NaNs and fill values stay apart")


def test_refusals():
    with h5py.File("bad.h5", "w") as file:
        def make(**options):
            file.create_dataset("x", data=FIELD, chunks=(16, 24), **options)

        refuses("an unknown target", "target.kind is 9", lambda: make(compression=425, compression_opts=(9,)))
        refuses("an unknown effort", "effort is 44", lambda: make(compression=425, compression_opts=(0, 44)))
        refuses("a negative bound", "target.value is -1", lambda: make(**laq_hdf5.filter(max_error=-1.0)))
        refuses("a filter before", "shuffle comes before laq", lambda: make(shuffle=True, **laq_hdf5.filter()))


def test_damage():
    """A damaged chunk tells its cause; the others are read."""
    with h5py.File("damage.h5", "w") as file:
        made = file.create_dataset("group/x", data=FIELD, chunks=(16, 24), **laq_hdf5.filter(max_error=0.1))
        other = file.create_dataset("y", data=FIELD, chunks=(8, 24), **laq_hdf5.filter())
        small = file.create_dataset("z", data=FIELD.astype("f4"), chunks=(16, 24), **laq_hdf5.filter())
        filled = file.create_dataset("f", data=FIELD, chunks=(16, 24), fillvalue=FIELD[0, 0], **laq_hdf5.filter(max_error=0.1))
        file.flush()
        good = made.id.read_direct_chunk((0, 0))[1]
        chunks = {"of another shape": (other, "holds 8x24 elements where the dataset's chunks have 16x24"),
                  "of another type": (small, "another type"), "with fill values": (filled, "and the dataset none")}
        for name, (source, message) in chunks.items():
            made.id.write_direct_chunk((0, 0), source.id.read_direct_chunk((0, 0))[1])
            refuses(f"a chunk {name}", message, lambda: made[0, 0])
        for size in 0, 1, 3, 4, 10, len(good) // 2, len(good) - 1:
            made.id.write_direct_chunk((0, 0), good[:size] or b"?")
            refuses(f"a chunk cut to {size} bytes", "laq: ", lambda: made[0, 0])
        for place in range(0, len(good), 37):
            made.id.write_direct_chunk((0, 0), good[:place] + bytes([good[place] ^ 1]) + good[place + 1:])
            refuses(f"a chunk with byte {place} changed", "laq: ", lambda: made[0, 0])
    with h5py.File("damage.h5") as file:
        check(np.abs(file["group/x"][16:] - FIELD[16:]).max() <= 0.1, "chunks beside a damaged one are read")
    messages = []
    check(laq_hdf5.check("damage.h5", messages.append) == 1, "one damaged chunk is found")
    check("/group/x, chunk at (0, 0): " in messages[0], f"the message names dataset and chunk: {messages}")
    done = subprocess.run([*LAQ_HDF5, "--check", "damage.h5"], capture_output=True, text=True)
    check(done.returncode == 1 and "/group/x, chunk at (0, 0): " in done.stdout, f"laq-hdf5 --check: {done}")


def test_interrupted_writes():
    """What is there of a file that is cut off is told; a writer that dies leaves what it has flushed."""
    with h5py.File("whole.h5", "w") as file:
        file.create_dataset("x", data=FIELD, chunks=(16, 24), **laq_hdf5.filter(max_error=0.1))
    whole = pathlib.Path("whole.h5").read_bytes()
    pathlib.Path("cut.h5").write_bytes(whole[:-50])
    refuses("a file that is cut off", "truncated file", lambda: h5py.File("cut.h5"))
    done = subprocess.run([*LAQ_HDF5, "--check", "cut.h5"], capture_output=True, text=True)
    check(done.returncode == 1 and "cut.h5" in done.stderr and "truncated" in done.stderr, f"--check of a cut file: {done}")
    program = f"""import os, sys; sys.path.insert(0, {module!r})
import h5py, laq_hdf5, numpy as np
x = h5py.File("died.h5", "w").create_dataset("x", (40, 40), "f4", chunks=(20, 40), **laq_hdf5.filter())
x[:20] = 1
x.file.flush()
x[20:] = 2
os._exit(9)"""
    check(subprocess.run([sys.executable, "-c", program]).returncode == 9, "the writer dies")
    with h5py.File("died.h5") as file:
        check((file["x"][:20] == 1).all(), "what was flushed is read")


def test_two_writers():
    with h5py.File("two.h5", "w") as file:
        made = file.create_dataset("x", data=FIELD, chunks=(16, 24), **laq_hdf5.filter())
        program = "import h5py; h5py.File('two.h5', 'r+')"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                              env={**os.environ, "HDF5_USE_FILE_LOCKING": "TRUE"})
        check("unable to lock file" in done.stderr, f"a second writer is refused: {done.stderr}")
        check((made[...] == FIELD).all(), "the first one goes on")


def read_in_child(name, queue):
    with h5py.File(name) as file:
        queue.put(float(np.abs(file["x"][...] - FIELD).max()))


def test_threads_and_fork():
    errors = []

    def work(number):
        for _ in range(3):
            with h5py.File(f"thread{number}.h5", "w") as file:
                made = file.create_dataset("x", data=FIELD + number, chunks=(8, 16), **laq_hdf5.filter(2, max_error=0.1))
                file.flush()
                made.refresh()
                errors.append(np.abs(made[...] - FIELD - number).max())

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check(len(errors) == 12 and max(errors) <= 0.1, f"threads write and read at once: {errors}")
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=read_in_child, args=("thread0.h5", queue))
    child.start()
    check(queue.get(timeout=60) <= 0.1, "a forked process reads, after its parent has used the filter")
    child.join()


def test_documents():
    """The lines of the README and of the guide run."""
    try:
        import netCDF4
    except ImportError:
        return
    if not (has("h5repack") and has("nccopy")):
        return
    field = np.add.outer(np.arange(40.0), np.arange(256.0))[:, :, None] + np.zeros(256)
    with h5py.File("in.h5", "w") as file:
        for name in "t", "u":
            file.create_dataset(name, data=FIELD, chunks=(16, 24))
    with netCDF4.Dataset("in.nc", "w") as file:
        file.createDimension("y", 30)
        file.createDimension("x", 40)
        file.createVariable("t", "f4", ("y", "x"), chunksizes=(16, 24))[:] = FIELD
    os.mkdir("bin")
    pathlib.Path("bin/laq-hdf5").write_text(f'#!/bin/sh\nexec {sys.executable} {LAQ_HDF5[1]} "$@"\n')
    os.chmod("bin/laq-hdf5", 0o755)
    os.environ["PATH"] = f"{os.getcwd()}/bin:{os.environ['PATH']}"
    names = {"np": np, "netCDF4": netCDF4, "field": field}
    count = 0
    for document, title in ("README.md", "HDF5 and NetCDF"), ("docs/guide.md", "HDF5 and NetCDF"):
        text = (ROOT / document).read_text(encoding="utf-8")
        section = re.search(rf"\n## {title}\n(.*?)\n## ", text, re.DOTALL).group(1)
        for line in re.findall("^    (.*)$", section, re.MULTILINE):
            count += 1
            if line.split()[0] in ("h5repack", "nccopy", "laq-hdf5"):
                run("bash", "-c", line)
            elif line.split()[0] not in ("export", "meson"):
                exec(line, names)
    check(count > 10, f"{count} lines of documents run")
    check(np.ptp(names["variable"][...]) > 0, "the dataset of the last line is read")


def test_programs():
    with h5py.File("in.h5", "w") as file:
        file.create_dataset("x", data=FIELD, chunks=(16, 24), shuffle=True, compression="gzip")
        file.create_dataset("names", data=np.array([b"one", b"two"]), chunks=(2,))
    if has("h5repack") and has("h5dump"):
        run("h5repack", "-f", "x,names:" + run(*LAQ_HDF5, "--max-error", "0.1").strip(), "in.h5", "out.h5")
        with h5py.File("out.h5") as file:
            check(filters(file["x"]) == [425], "h5repack puts laq in the place of other filters")
            check(0 < np.abs(file["x"][...] - FIELD).max() <= 0.1, "h5repack: the bound holds")
            check(list(file["names"]) == [b"one", b"two"], "h5repack: strings come back")
        check("COMMENT laq" in run("h5dump", "-pH", "out.h5") and "(29," in run("h5dump", "-d", "x", "out.h5"), "h5dump")
        run("h5repack", "-f", "GZIP=1", "out.h5", "back.h5")
    try:
        import netCDF4
    except ImportError:
        print("netCDF4 is missing (package python3-netcdf4): what it tests is left out")
        return
    with netCDF4.Dataset("in.nc", "w") as file:
        file.createDimension("t", None)
        file.createDimension("x", 40)
        file.createVariable("temp", "f4", ("t", "x"), chunksizes=(16, 32), fill_value=-99, zlib=True)[:] = FIELD
    if has("nccopy"):
        run("nccopy", "-F", "none", "in.nc", "plain.nc")
        for filter in "temp," + run(*LAQ_HDF5, "--netcdf", "--max-error", "0.1").strip(), "temp,425,1,5,0.1d":
            run("nccopy", "-F", filter, "plain.nc", "out.nc")
            with netCDF4.Dataset("out.nc") as file:
                error = np.abs(file["temp"][:] - FIELD.astype("f4")).max()
                check(0 < error <= 0.1, f"nccopy -F {filter}: an error of {error}")
            with h5py.File("out.nc") as file:
                check(filters(file["temp"]) == [425], "nccopy uses laq")


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    for test in test_types, test_same_bytes, test_fill_values, test_refusals, test_damage, test_interrupted_writes, \
            test_two_writers, test_threads_and_fork, test_programs, test_documents:
        test()
    os.chdir("/")
if not failed:
    print("all as promised")
sys.exit(1 if failed else 0)
