"""The codec's JSON of Zarr 3 against the rules of its specification, chunks by the functions that need no Zarr, and
with zarr 3 itself where it is installed. Debian 12 has Zarr 2."""
import importlib.util
import json
import pathlib
import unittest

import numpy as np

import laq
import laq.zarr

NEEDS = ["numpy"]

# zarr.json of an array, as version 3 of the specification has it ("Array metadata", "codecs").
ARRAY = """{
  "zarr_format": 3, "node_type": "array", "shape": [40, 60], "data_type": "float32",
  "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [20, 30]}},
  "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
  "fill_value": 0,
  "codecs": [{"name": "laq", "configuration": {"max_error": 0.01, "chunks": 4096}}]
}"""


def has_zarr_3():
    try:
        return importlib.util.find_spec("zarr.abc.codec") is not None
    except ImportError:
        return False


def chunk():
    return np.cumsum(np.random.default_rng(1).normal(size=(20, 30)), axis=-1).astype("f4")


class Metadata(unittest.TestCase):
    def test_the_object_of_a_zarr_json_is_read_and_written(self):
        metadata = json.loads(ARRAY)["codecs"][0]
        settings = laq.zarr.settings_from(metadata)
        self.assertEqual(settings, {"max_error": 0.01, "chunks": 4096})
        self.assertEqual(json.loads(json.dumps(laq.zarr.metadata_of(settings))), metadata)
        # A codec without configuration may leave the object out.
        self.assertEqual(laq.zarr.settings_from({"name": "laq"}), {})

    def test_what_is_not_understood_is_refused(self):
        for metadata in (
            {"name": "zlib"},
            {"name": "laq", "configuration": {"tolerance": 1}},
            {"name": "laq", "configuration": {"effort": 10}},
            {"name": "laq", "configuration": {"max_error": 1, "psnr": 50}},
            {"name": "laq", "settings": {}},
        ):
            with self.assertRaises(laq.ArgumentError):
                laq.zarr.settings_from(metadata)
        with self.assertRaises(TypeError):
            laq.zarr.check_dtype(np.dtype("U3"))

    def test_a_chunk_is_a_file_of_its_shape_and_type(self):
        settings = {"max_error": 0.01, "chunks": 256}
        file = laq.zarr.encode_chunk(chunk(), settings)
        again = laq.zarr.decode_chunk(file, (20, 30), np.dtype("f4"), settings)
        self.assertLessEqual(np.abs(again.astype("f8") - chunk()).max(), 0.01)
        part = laq.zarr.decode_chunk(file, (20, 30), np.dtype("f4"), settings, np.s_[3:5, ::2])
        self.assertTrue(np.array_equal(part, again[3:5, ::2]))
        for shape, dtype in (((30, 20), "f4"), ((20, 30), "f8")):
            with self.assertRaises(laq.DamagedError) as raised:
                laq.zarr.decode_chunk(file, shape, np.dtype(dtype), settings)
            self.assertIn("metadata", str(raised.exception))

    @unittest.skipIf(has_zarr_3(), "zarr 3 is installed")
    def test_without_zarr_3_the_codec_says_what_it_needs(self):
        with self.assertRaises(ImportError) as raised:
            laq.zarr.LaqCodec
        self.assertIn("zarr 3", str(raised.exception))


@unittest.skipUnless(has_zarr_3(), "Python has no zarr 3")
class WithZarr(unittest.TestCase):
    def test_an_array_is_written_and_read(self):
        import zarr

        given = np.tile(chunk(), (2, 2))
        array = zarr.create_array(
            "three.zarr",
            shape=given.shape,
            chunks=(20, 30),
            dtype="f4",
            serializer=laq.zarr.LaqCodec(max_error=0.01, chunks=256),
            compressors=None,
        )
        array[:] = given
        with open("three.zarr/zarr.json", encoding="utf-8") as file:
            stored = json.load(file)["codecs"]
        self.assertEqual(stored, [{"name": "laq", "configuration": {"max_error": 0.01, "chunks": 256}}])
        again = zarr.open("three.zarr")
        self.assertLessEqual(np.abs(again[:].astype("f8") - given).max(), 0.01)
        self.assertTrue(np.array_equal(again[3:30, 7], again[:][3:30, 7]))
        self.assertTrue(np.array_equal(again.oindex[[1, 25], 3:9], again[:][[1, 25], 3:9]))
        self.assertTrue(np.array_equal(again.vindex[[1, 25], [3, 40]], again[:][[1, 25], [3, 40]]))
        path = pathlib.Path("three.zarr/c/1/0")
        path.write_bytes(path.read_bytes()[:-2])
        with self.assertRaises(laq.TruncatedError) as raised:
            again[:]
        self.assertIn("three.zarr/c/1/0", str(raised.exception))
        self.assertEqual(again[:20].shape, (20, 60))

    def test_inner_chunks_of_shards(self):
        import zarr

        given = np.tile(chunk(), (2, 2))
        array = zarr.create_array(
            "shards.zarr",
            shape=given.shape,
            shards=(40, 60),
            chunks=(20, 30),
            dtype="f4",
            serializer=laq.zarr.LaqCodec(max_error=0.01),
            compressors=None,
        )
        array[:] = given
        self.assertLessEqual(np.abs(zarr.open("shards.zarr")[5:25, 20:].astype("f8") - given[5:25, 20:]).max(), 0.01)


if __name__ == "__main__":
    unittest.main()
