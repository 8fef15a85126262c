"""Bytes and time of a field in Zarr with laq, zstd-5 and ZFPY (python3-zfpy), and whether the bound holds.
usage: run.py LIBRARY zarr_bench [MEGABYTES [BOUND [ROUNDS]]]
Chunks of 32 MiB are written and read by two threads. Times are those of the processor, as others may use the machine, and
the least of some rounds, each of which has all codecs one after the other."""
import concurrent.futures
import os
import resource
import shutil
import sys

import numcodecs
import numpy as np
import zarr

from laq.numcodecs import Laq

NEEDS = ["numpy", "numcodecs", "zarr"]
SHAPE = (128, 256, 256)  # of a chunk
CHUNK_BYTES = 4 * 128 * 256 * 256


def make_chunk(number):
    z, y, x = (np.arange(side, dtype="f4") + (number * SHAPE[0] if i == 0 else 0) for i, side in enumerate(SHAPE))
    chunk = np.random.default_rng(number).standard_normal(SHAPE, "f4") * np.float32(0.02)
    chunk += np.sin(z / 40)[:, None, None] * np.cos(y / 60)[:, None]
    chunk += np.sin(x / 25) + np.cos(y / 90)[:, None]
    return chunk


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def timed(work, count):
    """The results for each number below `count`, and the seconds of the processor."""
    used = processor_seconds()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(work, range(count)))
    return results, processor_seconds() - used


def measure(codec, field):
    """Seconds of writing and of reading, the bytes stored, and the largest error."""
    shutil.rmtree("bench.zarr", ignore_errors=True)
    count = field.shape[0] // SHAPE[0]
    array = zarr.open("bench.zarr", "w", shape=field.shape, chunks=SHAPE, dtype="f4", compressor=codec)
    part = lambda number: slice(number * SHAPE[0], (number + 1) * SHAPE[0])

    def write(number):
        array[part(number)] = field[part(number)]

    def read(number):
        return np.array(array[part(number)][:1])

    def error(number):
        return max(np.abs(a.astype("f8") - b).max() for a, b in zip(array[part(number)], field[part(number)]))

    _, writing = timed(write, count)
    _, reading = timed(read, count)
    errors, _ = timed(error, count)
    return writing, reading, sum(file.stat().st_size for file in os.scandir("bench.zarr")), max(errors)


def main():
    megabytes, bound, rounds = (float(text) for text in (sys.argv[3:6] + ["2000", "0.01", "3"][len(sys.argv[3:6]) :]))
    count = max(1, int(megabytes * 1e6) // CHUNK_BYTES)
    field = np.lib.format.open_memmap("field.npy", "w+", "f4", (count * SHAPE[0], *SHAPE[1:]))
    for number in range(count):
        field[number * SHAPE[0] : (number + 1) * SHAPE[0]] = make_chunk(number)
    codecs = {f"laq e{effort}": Laq(max_error=bound, effort=effort) for effort in (1, 2, 3)}
    codecs["zstd-5"] = numcodecs.Zstd(level=5)
    if hasattr(numcodecs, "zfpy") and hasattr(numcodecs.zfpy, "ZFPY"):
        codecs["zfpy"] = numcodecs.zfpy.ZFPY(tolerance=bound)
    least = {name: (float("inf"), float("inf")) for name in codecs}
    for round in range(int(rounds)):
        for name, codec in codecs.items():
            writing, reading, size, error = measure(codec, field)
            least[name] = min(writing, least[name][0]), min(reading, least[name][1])
            print(
                f"round {round + 1}, {name:8} {size:12} bytes, {8 * size / field.size:6.3f} bits an element,"
                f" least time to write {least[name][0]:6.1f} s, to read {least[name][1]:6.1f} s, largest error {error:.6g}"
                f"{'' if error <= bound else ', BEYOND THE BOUND'}",
                flush=True,
            )


main()
