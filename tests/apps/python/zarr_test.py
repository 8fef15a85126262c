"""Zarr 2, numcodecs and xarray store chunks as LAQ files; a damaged chunk is named, and the others stay readable."""
import multiprocessing
import pathlib
import subprocess
import sys
import threading
import unittest

import numcodecs
import numpy as np
import zarr

import laq
from laq.numcodecs import Laq

NEEDS = ["numpy", "numcodecs", "zarr"]


def field(dtype="f4"):
    return np.cumsum(np.random.default_rng(1).normal(size=(20, 30, 40)), axis=-1).astype(dtype)


def damage(path, place=None):
    data = bytearray(pathlib.Path(path).read_bytes())
    data[len(data) // 2 if place is None else place] ^= 1
    pathlib.Path(path).write_bytes(data)


def write_often(number):
    array = zarr.open("same.zarr", "r+")
    for _ in range(10):
        array[:] = number


class Zarr(unittest.TestCase):
    def test_types_and_orders_within_the_bound(self):
        for order, dtypes in (("C", ("f4", ">f4", "c8", "i4", "f2")), ("F", ("f4", "c8"))):
            for dtype in dtypes:
                given = np.abs(field()).astype(dtype)
                array = zarr.array(
                    given, chunks=(8, 16, 33), dtype=dtype, order=order, compressor=Laq(max_error=0.5, effort=1)
                )
                error = np.abs(array[:].astype("c16") - given.astype("c16"))
                self.assertEqual(array[:].dtype, given.dtype)
                self.assertLessEqual(max(error.real.max(), error.max() / 2**0.5), 0.5, (order, dtype))
                self.assertTrue(np.array_equal(array[3, 5:17, ::7], array[:][3, 5:17, ::7]))

    def test_without_a_bound_there_is_no_loss(self):
        for given in (field(), field("i8"), field() > 0, field("i8").view("M8[ns]")):
            array = zarr.array(given, chunks=(16, 16, 16), compressor=Laq(effort=1), fill_value=None)
            self.assertTrue(np.array_equal(array[:], given))

    def test_a_program_that_imports_nothing_reads_the_array(self):
        zarr.save_array("stored.zarr", field(), compressor=Laq(max_error=0.5))
        program = "import sys, zarr; print(zarr.open('stored.zarr')[:].shape, 'laq.numcodecs' in sys.modules)"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        self.assertEqual(done.stdout.strip(), "(20, 30, 40) True", done.stderr)

    def test_a_damaged_chunk_is_named_and_the_others_stay_readable(self):
        group = zarr.open_group("damaged.zarr", "w")
        group.create_dataset("air/t", data=field(), chunks=(10, 15, 20), compressor=Laq(max_error=0.1))
        damage("damaged.zarr/air/t/1.0.1")
        with self.assertRaises(laq.DamagedError) as raised:
            group["air/t"][:]
        for word in ("'/air/t'", "'1.0.1'", "checksum"):
            self.assertIn(word, str(raised.exception))
        self.assertEqual(group["air/t"][:10].shape, (10, 30, 40))
        self.assertEqual(group["air/t"][10:, 15:].shape, (10, 15, 40))

    def test_an_interrupted_write_is_told(self):
        array = zarr.open("cut.zarr", "w", shape=(20,), chunks=(10,), dtype="f4", compressor=Laq())
        array[:] = np.arange(20)
        chunk = pathlib.Path("cut.zarr/1")
        chunk.write_bytes(chunk.read_bytes()[:-3])
        with self.assertRaises(laq.TruncatedError) as raised:
            array[:]
        self.assertIn("'1'", str(raised.exception))
        self.assertEqual(list(array[:10]), list(range(10)))

    def test_two_writers_of_different_chunks(self):
        array = zarr.open("two.zarr", "w", shape=(8, 1000), chunks=(1, 1000), dtype="i4", compressor=Laq(effort=1))

        def write(rows):
            for row in rows:
                array[row] = np.arange(1000) * row

        writers = [threading.Thread(target=write, args=(range(first, 8, 2),)) for first in (0, 1)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        self.assertTrue(np.array_equal(array[:], np.outer(np.arange(8), np.arange(1000))))

    def test_of_two_processes_that_write_the_same_chunks_one_wins_each(self):
        array = zarr.open("same.zarr", "w", shape=(8, 1000), chunks=(4, 1000), dtype="i4", compressor=Laq(effort=1))
        array[:] = 3  # so that the forked processes have a library that was in use
        context = multiprocessing.get_context("fork")
        writers = [context.Process(target=write_often, args=(number,)) for number in (1, 2)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        self.assertEqual([writer.exitcode for writer in writers], [0, 0])
        for chunk in (array[:4], array[4:]):
            self.assertEqual(chunk.min(), chunk.max())
            self.assertIn(chunk.min(), (1, 2))

    def test_settings_are_stored_and_checked(self):
        codec = Laq(max_error=0.5, effort=2, chunks=4096)
        self.assertEqual(numcodecs.get_codec(codec.get_config()), codec)
        self.assertEqual(codec.get_config()["id"], "laq")
        self.assertEqual(repr(codec), "Laq(max_error=0.5, effort=2, chunks=4096, threads=1)")
        for settings in ({"effort": 0}, {"max_error": 1, "psnr": 50}, {"chunks": 2**22}, {"threads": 2000}):
            with self.assertRaises(laq.ArgumentError):
                Laq(**settings)
        with self.assertRaises(TypeError):
            zarr.array(np.array(["a", "b"]), compressor=Laq())
        file = codec.encode(np.arange(100, dtype="i4"))
        out = np.zeros(100, "i4")
        codec.decode(file, out)
        self.assertEqual(list(out), list(range(100)))
        self.assertEqual(bytes(numcodecs.compat.ensure_bytes(Laq().decode(Laq().encode(b"bytes")))), b"bytes")


class Xarray(unittest.TestCase):
    def test_an_encoding_of_xarray(self):
        try:
            import xarray
        except ImportError:
            self.skipTest("Python has no xarray")
        data = xarray.Dataset({"t": (("z", "y", "x"), field())})
        data.to_zarr("air.zarr", encoding={"t": {"compressor": Laq(max_error=0.01), "chunks": (10, 15, 20)}})
        again = xarray.open_zarr("air.zarr")
        self.assertLessEqual(float(abs(again.t.astype("f8") - data.t).max()), 0.01)
        self.assertEqual(again.t.encoding["compressor"].get_config()["max_error"], 0.01)
        damage("air.zarr/t/0.1.1")
        with self.assertRaises(laq.DamagedError) as raised:
            again.t.load()
        self.assertIn("'0.1.1'", str(raised.exception))


if __name__ == "__main__":
    unittest.main()
