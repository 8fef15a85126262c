#!/usr/bin/env python3
"""Parameters of the HDF5 filter laq.

    import h5py, laq_hdf5
    h5py.File("out.h5", "w").create_dataset("t", data=field, chunks=(32, 256, 256), **laq_hdf5.filter(max_error=0.01))

    h5repack -f "$(laq-hdf5 --max-error 0.01)" in.h5 out.h5
    nccopy -F "*,$(laq-hdf5 --netcdf --max-error 0.01)" in.nc out.nc
    laq-hdf5 --check out.h5         # reads every chunk, and names those that are damaged

HDF5 finds the filter if HDF5_PLUGIN_PATH names the folder where it is installed.
"""
import argparse
import struct
import sys

FILTER = 425  # of those that HDF5 leaves to filters that are not registered
TARGETS = ["lossless", "max_error", "max_relative_error", "psnr", "snr", "bits", "pointwise_relative"]


def options(effort=5, **target):
    """The cd_values: target, effort, and the target's value as a double whose lower half comes first.

    effort: 1 (fastest) .. 9 (smallest). target: nothing or lossless=True, or one of these, which holds for every chunk:
      max_error=E           no finite element changes by more than E
      max_relative_error=R  the same as a share of the range of the chunk's finite elements
      pointwise_relative=P  no finite element changes by more than this share of itself
      psnr=D, snr=D         at least so many decibels, of the range or of the elements to the error
      bits=B                at most so many bits an element
    """
    if len(target) > 1 or not set(target) <= set(TARGETS):
        raise TypeError("one target is needed, of " + ", ".join(TARGETS))
    name, value = (list(target.items()) or [("lossless", True)])[0]
    if name == "lossless":
        value = 0
    return (TARGETS.index(name), effort, *struct.unpack("<II", struct.pack("<d", value)))


def filter(effort=5, **target):
    """Arguments of h5py's create_dataset; those of `options`."""
    return {"compression": FILTER, "compression_opts": options(effort, **target)}


def check(path, say=print):
    """Reads every chunk that laq has coded. Says which are damaged, and gives their number."""
    import h5py

    damaged = 0

    def visit(name, dataset):
        nonlocal damaged
        if not isinstance(dataset, h5py.Dataset) or dataset.chunks is None:
            return
        properties = dataset.id.get_create_plist()
        if FILTER not in [properties.get_filter(i)[0] for i in range(properties.get_nfilters())]:
            return
        for i in range(dataset.id.get_num_chunks()):
            begin = dataset.id.get_chunk_info(i).chunk_offset
            try:
                dataset[tuple(slice(b, b + n) for b, n in zip(begin, dataset.chunks))]
            except OSError as error:
                damaged += 1
                say(f"{path}: /{name}, chunk at {begin}: {error}")

    with h5py.File(path, "r") as file:
        file.visititems(visit)
    return damaged


def main():
    parser = argparse.ArgumentParser(prog="laq-hdf5", description="Prints parameters of the HDF5 filter laq.")
    group = parser.add_mutually_exclusive_group()
    for name in TARGETS[1:]:
        group.add_argument("--" + name.replace("_", "-"), type=float, metavar="N")
    group.add_argument("--check", metavar="FILE", help="read all chunks of a file, and name those that are damaged")
    parser.add_argument("--effort", type=int, default=5, choices=range(1, 10), metavar="1..9")
    parser.add_argument("--netcdf", action="store_true", help="as nccopy -F wants them; otherwise as h5repack -f")
    given = parser.parse_args()
    if given.check:
        try:
            sys.exit(1 if check(given.check) else 0)
        except ImportError:
            sys.exit("laq-hdf5: --check needs h5py (package python3-h5py)")
        except OSError as error:
            sys.exit(f"laq-hdf5: {given.check}: {error}")
    target = {name: getattr(given, name) for name in TARGETS[1:] if getattr(given, name) is not None}
    values = options(given.effort, **target)
    print(",".join(map(str, [FILTER, *values] if given.netcdf else [f"UD={FILTER}", 0, len(values), *values])))


if __name__ == "__main__":
    main()
