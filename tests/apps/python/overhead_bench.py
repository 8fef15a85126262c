"""What Python adds to the library's calls, of arrays with a million elements, as a share of their processor time.
usage: run.py LIBRARY overhead_bench
Of decoding, laq_decode_array_into is the call; the look at the header and the checksum before it count as added."""
import time

import numpy as np

import laq
from laq import _library

NEEDS = ["numpy"]


def share(work, function, repeats=30):
    """Of `work` in one thread: what passes outside of a function of the library, as a share of what passes inside, and
    the whole; each the least of the repeats, as others may use the machine. Seconds of the processor."""
    inside = 0.0
    call = _library.call

    def timed(name, *arguments):
        nonlocal inside
        start = time.thread_time()
        call(name, *arguments)
        inside += time.thread_time() - start if name == function else 0

    _library.call = timed
    parts = []
    try:
        for _ in range(repeats):
            inside = 0.0
            start = time.thread_time()
            result = work()
            parts.append((inside, time.thread_time() - start - inside))
            del result  # its memory is given back to the system, as that of every caller
    finally:
        _library.call = call
    least_inside, least_outside = map(min, zip(*parts))
    return least_outside / least_inside, least_inside + least_outside


def main():
    ramp = np.add.outer(np.arange(1000), np.arange(1000)).astype("f4")
    field = np.sin(ramp / 100) + np.random.default_rng(1).normal(size=ramp.shape).astype("f4") / 100
    out = np.empty_like(field)
    for effort in (1, 5):
        file = laq.encode(field, max_error=0.01, effort=effort, threads=1)
        for name, work, function in (
            ("encode", lambda: laq.encode(field, max_error=0.01, effort=effort, threads=1), "laq_encode_array"),
            ("encode transposed", lambda: laq.encode(field.T, max_error=0.01, effort=effort, threads=1), "laq_encode_array"),
            ("decode", lambda: laq.decode(file, threads=1), "laq_decode_array_into"),
            ("decode into memory", lambda: laq.decode(file, out=out, threads=1), "laq_decode_array_into"),
        ):
            added, seconds = share(work, function)
            print(f"effort {effort}, {name:18}: {seconds:.3f} s, of which Python adds {100 * added:.2f} %", flush=True)


main()
