#!/usr/bin/env python3
"""Writes a field that no memory holds to Zarr with laq, reads it back and checks every bound, on a Dask cluster.

    field_on_cluster.py --bytes 10G                      # two workers on this machine
    field_on_cluster.py --bytes 2G --kill                # one of them is killed on the way; nothing may be lost
    field_on_cluster.py --bytes 2G --compare             # two workers against one
    field_on_cluster.py --bytes 10T --scheduler tcp://head:8786 --store /shared/field.zarr

The field is made chunk by chunk from a formula and noise, so the check makes it again and needs no second copy. For many
machines, start `dask-scheduler` on one and `dask-worker tcp://head:8786 --nthreads 1` on the others, each with this
package installed, and give --scheduler and a --store that all of them reach. Nothing else changes: chunks are independent
of each other, and Dask gives those of a worker that is lost to another one.

Needs Debian's python3-zarr, python3-dask and python3-distributed. Prints JSON; status 1 if a bound does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import dask
import dask.array as da
import numpy as np
from distributed import Client, LocalCluster

from laq.numcodecs import Laq

SIDE = 256  # of the planes of a chunk


def make_block(block_info: Any = None) -> np.ndarray:
    """The elements of a chunk: waves along all sides, and noise that depends on the place of the chunk only."""
    place, shape = block_info[None]["chunk-location"], block_info[None]["chunk-shape"]
    starts = [number * side for number, side in zip(place, shape)]
    z, y, x = (np.arange(start, start + side, dtype="f4") for start, side in zip(starts, shape))
    noise = np.random.default_rng(place).standard_normal(shape, "f4")
    noise *= np.float32(0.02)
    noise += np.sin(z / 40)[:, None, None] * np.cos(y / 60)[:, None]
    noise += np.sin(x / 25) + np.cos(y / 90)[:, None]
    return noise


def worst_error(written: np.ndarray, original: np.ndarray) -> np.ndarray:
    """The largest difference within a chunk, exactly, plane by plane."""
    worst = max(np.abs(a.astype("f8") - b).max() for a, b in zip(written, original))
    return np.full((1, 1, 1), worst)


def field_of(chunks: int, planes: int) -> da.Array:
    sides = ((planes,) * chunks, (SIDE,), (SIDE,))
    return da.map_blocks(make_block, chunks=sides, dtype="f4", meta=np.empty((0,) * 3, "f4"))


def usage() -> tuple[int, float]:
    """Bytes of the process of a worker at its largest, and seconds of the processor that it has taken."""
    peak = 0
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            peak = int(line.split()[1]) * 1024
    return peak, time.process_time()


def kill_one_worker(client: Client, store: str, chunks: int, killed: list[int]) -> None:
    """Waits until a third of the chunks are written, and kills a worker as a lost machine would be."""
    pids = client.run(os.getpid)
    while sum(name.name[0].isdigit() for name in Path(store).iterdir()) * 3 < chunks:
        time.sleep(0.05)
    pid = sorted(pids.values())[0]
    os.kill(pid, signal.SIGKILL)
    killed.append(pid)


def run(client: Client, store: str, options: argparse.Namespace) -> dict[str, Any]:
    """Writes, reads and checks; what was measured."""
    chunk_bytes = options.planes * SIDE * SIDE * 4
    chunks = max(1, options.bytes // chunk_bytes)
    field = field_of(chunks, options.planes)
    codec = Laq(max_error=options.max_error, effort=options.effort)
    killed: list[int] = []
    start = time.monotonic()
    writing = field.to_zarr(store, compressor=codec, overwrite=True, compute=False)
    if options.kill:
        threading.Thread(target=kill_one_worker, args=(client, store, chunks, killed), daemon=True).start()
    dask.compute(writing)
    written = time.monotonic()
    errors = da.map_blocks(worst_error, da.from_zarr(store), field, chunks=(1, 1, 1), dtype="f8").compute()
    checked = time.monotonic()
    files = [file for file in Path(store).iterdir() if file.name[0].isdigit()]
    size, stored = chunks * chunk_bytes, sum(file.stat().st_size for file in files)
    peaks, seconds = zip(*client.run(usage).values())
    return {
        "bytes": size,
        "stored_bytes": stored,
        "chunks": chunks,
        "chunks_written": len(files),
        "chunks_checked": int(errors.size),
        "max_error": float(errors.max()),
        "bound_holds": bool((errors <= options.max_error).all()) and len(files) == chunks,
        "workers_killed": len(killed),
        "write_seconds": round(written - start, 1),
        "read_and_check_seconds": round(checked - written, 1),
        "processor_seconds": round(sum(seconds), 1),
        "peak_bytes_of_a_worker": max(peaks),
    }


def run_on_local_workers(workers: int, store: str, options: argparse.Namespace) -> dict[str, Any]:
    """Each worker has one thread, and a limit on memory beyond which Dask would restart it."""
    with LocalCluster(
        n_workers=workers, threads_per_worker=1, memory_limit="1GiB", dashboard_address=None, silence_logs=50
    ) as cluster, Client(cluster) as client:
        return {"workers": workers, **run(client, store, options)}


def bytes_of(text: str) -> int:
    """"10G" is 10^10, "64Mi" is 64 * 2^20."""
    number = text.rstrip("kKMGTi")
    unit = text[len(number) :]
    power = " kMGT".index(unit[0].replace("K", "k")) if unit else 0
    return int(float(number) * (1024 if unit.endswith("i") else 1000) ** power)


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bytes", type=bytes_of, default=bytes_of("10G"), help="of the field; 10G")
    parser.add_argument("--workers", type=int, default=2, help="processes on this machine; 2")
    parser.add_argument("--max-error", type=float, default=0.01, help="that no element exceeds; 0.01")
    parser.add_argument("--effort", type=int, default=1, help="1 (fastest) to 9 (smallest); 1")
    parser.add_argument("--planes", type=int, default=128, help="of 256 x 256 elements in a chunk; 128, which is 32 MiB")
    parser.add_argument("--kill", action="store_true", help="kill a worker when a third is written")
    parser.add_argument("--compare", action="store_true", help="run with one worker too, and tell the ratio of the times")
    parser.add_argument("--scheduler", help="address of a cluster that is there, in place of workers on this machine")
    parser.add_argument("--store", help="folder of the Zarr array, which is replaced; a temporary one")
    options = parser.parse_args(arguments)
    if options.scheduler and (options.kill or options.compare or not options.store):
        parser.error("--scheduler needs --store and has no --kill and no --compare")
    return options


def main() -> int:
    options = parse(sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        store = options.store or os.path.join(folder, "field.zarr")
        if options.scheduler:
            with Client(options.scheduler) as client:
                results = [run(client, store, options)]
        else:
            counts = [1, options.workers] if options.compare else [options.workers]
            results = [run_on_local_workers(workers, store, options) for workers in counts]
    report: dict[str, Any] = {"runs": results}
    if options.compare:
        for phase in ("write_seconds", "read_and_check_seconds"):
            report[phase.replace("_seconds", "_ratio")] = round(results[0][phase] / results[1][phase], 2)
    print(json.dumps(report, indent=1))
    return 0 if all(result["bound_holds"] for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
