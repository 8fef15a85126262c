"""Arrays: every type, stride and byte order, bounds, regions, memory of the caller, errors, threads and fork."""
import gc
import mmap
import multiprocessing
import pathlib
import threading
import unittest

import numpy as np

import laq

NEEDS = ["numpy"]
TYPES = ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "?", "c8", "c16", "M8[ns]", "m8[25s]"]


def field(shape=(20, 30, 40), dtype="f4"):
    return np.cumsum(np.random.default_rng(1).normal(size=shape), axis=-1).astype(dtype)


def values(dtype):
    numbers = np.arange(24).reshape(2, 3, 4) * 37 % 101
    if dtype[0] in "Mm":
        return numbers.astype("i8").view(dtype)
    return (numbers % 2 if dtype == "?" else numbers).astype(dtype)


def decode_in_child(file, queue):
    queue.put(laq.decode(file).sum())


class Growing(unittest.TestCase):
    def test_pieces_follow_each_other(self):
        array = field((20, 30))
        for dtype in ("i2", "f4", "M8[ns]", ">f8", "?"):
            whole = array.astype("i8").view(dtype) if dtype[0] == "M" else array.astype(dtype)
            file = laq.encode(whole[:7])
            for begin, end in ((7, 8), (8, 20)):
                file = laq.append(file, whole[begin:end])
            again = laq.decode(file)
            self.assertEqual(again.dtype, whole.dtype)
            self.assertTrue(np.array_equal(again, whole), dtype)

    def test_the_bound_of_the_file_holds(self):
        array = field((20, 30, 9))
        file = laq.append(laq.encode(array[:5], max_error=0.1), array[5:], effort=2, threads=1)
        self.assertLessEqual(np.abs(laq.decode(file) - array).max(), 0.1)
        info = laq.info(file)
        self.assertEqual((info.shape, info.chunks, info.greatest_bound), (array.shape, 2, 0.1))

    def test_what_does_not_fit_is_refused(self):
        file = laq.encode(field((5, 6)))
        for more in (field((5, 7)), field((5, 6), "f8"), field((5, 6), "c8"), field((5, 6, 1))):
            with self.assertRaises(laq.ArgumentError):
                laq.append(file, more)
        with self.assertRaises(laq.ArgumentError):
            laq.append(laq.encode(field((5, 6), "c8")), field((5, 6), "c8"))
        with self.assertRaises(laq.CancelledError):
            laq.append(file, field((5, 6)), progress=lambda done: False)


class Parts(unittest.TestCase):
    def test_slices_and_regions_have_bounds_of_their_own(self):
        array = field((10, 20, 30))
        bounds = np.array([1.0] * 4 + [0.01] * 3 + [0.5] * 3)
        regions = [(np.s_[2:5, ..., 4:9], 0.001), (np.s_[3], 0)]
        file = laq.encode(array, max_error=1, slice_bounds=bounds, region_bounds=regions)
        error = np.abs(laq.decode(file) - array)
        allowed = np.broadcast_to(bounds[:, None, None], array.shape).copy()
        for region, bound in regions:
            allowed[region] = bound
        self.assertTrue((error <= allowed).all())
        info = laq.info(file)
        self.assertEqual((info.least_bound, info.greatest_bound), (0, 1))

    def test_complex_numbers_have_bounds_by_place(self):
        array = field((10, 20), "c8") * (1 + 2j)
        file = laq.encode(array, max_error=1, region_bounds=[(np.s_[2:4], 0)])
        again = laq.decode(file)
        self.assertTrue(np.array_equal(again[2:4], array[2:4]))

    def test_wrong_parts_are_refused(self):
        array = field((10, 20))
        for arguments in (
            {"slice_bounds": [1, 2]},
            {"region_bounds": [(np.s_[::2], 1)]},
            {"region_bounds": [(np.s_[:2], -1)]},
        ):
            with self.assertRaises(laq.ArgumentError):
                laq.encode(array, max_error=1, **arguments)
        with self.assertRaises(laq.ArgumentError):
            laq.encode(array, psnr=50, region_bounds=[(np.s_[:2], 1)])
        with self.assertRaises(IndexError):
            laq.encode(array, max_error=1, region_bounds=[(np.s_[10], 1)])


class Levels(unittest.TestCase):
    def test_a_level_is_a_strided_view_of_the_whole(self):
        for dtype in ("f4", ">f8", "i2", "c8"):
            for array in (field((17, 20, 30), dtype), np.asfortranarray(field((17, 20), dtype))):
                file = laq.encode(array, max_error=1, effort=3)
                step = slice(None, None, 4)
                expected = laq.decode(file)[(step,) * array.ndim]
                coarse = laq.decode_level(file, 2, threads=1)
                self.assertEqual(coarse.dtype, array.dtype)
                self.assertTrue(np.array_equal(coarse, expected))
        with self.assertRaises(laq.ArgumentError):
            laq.decode_level(file, 41)
        with self.assertRaises(laq.LimitError):
            laq.decode_level(laq.encode(field()), 1, max_elements=10)


class Progress(unittest.TestCase):
    def test_a_single_chunk_tells_its_progress_and_can_be_cancelled(self):
        array = field((100, 300))
        for coding in (lambda progress: laq.encode(array, max_error=0.1, progress=progress),):
            shares = []
            file = coding(shares.append)
            self.assertGreater(len(shares), 2)
            self.assertEqual(shares, sorted(shares))
            with self.assertRaises(laq.CancelledError):
                coding(lambda done: done < 0.5)
        shares = []
        laq.decode(file, progress=shares.append)
        self.assertGreater(len(shares), 2)
        with self.assertRaises(laq.CancelledError):
            laq.decode(file, progress=lambda done: False)


class Encoding(unittest.TestCase):
    def test_every_type_order_and_stride_comes_back(self):
        for dtype in TYPES + [">f4", ">i2", ">c8", ">f8"]:
            array = values(dtype)
            for view in (array, np.asfortranarray(array), array[::-1, :, ::2], array.T, array[:, 1]):
                again = laq.decode(laq.encode(view))
                self.assertEqual((again.dtype, again.shape), (view.dtype, view.shape))
                self.assertTrue(np.array_equal(again, view), dtype)
                is_fortran = view.flags.f_contiguous and not view.flags.c_contiguous
                self.assertTrue(again.flags.f_contiguous if is_fortran else again.flags.c_contiguous)

    def test_shapes_without_sides_and_without_elements(self):
        for shape in ((), (0,), (3, 0, 2), (1,), (1, 1, 2, 3, 1, 4), (1,) * 31):
            array = np.ones(shape, "f4")
            again = laq.decode(laq.encode(array))
            self.assertEqual(again.shape, shape)
            self.assertTrue(np.array_equal(again, array))

    def test_strided_views_give_the_bytes_of_their_copies(self):
        array = field((40, 50))
        for view in (array[::-1, ::2], array[3:, 5:]):
            self.assertEqual(laq.encode(view, max_error=0.01), laq.encode(view.copy(), max_error=0.01))

    def test_whatever_has_a_buffer_or_an_array_interface(self):
        array = field((8, 9))

        class Wrapped:
            __array_interface__ = array.__array_interface__

        self.assertEqual(laq.encode(Wrapped()), laq.encode(array))
        self.assertEqual(laq.encode(memoryview(array)), laq.encode(array))
        self.assertTrue(np.array_equal(laq.decode(laq.encode([[1, 2], [3, 4]])), [[1, 2], [3, 4]]))

    def test_bounds_hold(self):
        array = field()
        error = np.abs(laq.decode(laq.encode(array, max_error=0.25)).astype("f8") - array).max()
        self.assertTrue(0 < error <= 0.25)
        span = float(array.max()) - float(array.min())
        error = np.abs(laq.decode(laq.encode(array, max_relative_error=1e-3)).astype("f8") - array).max()
        self.assertTrue(0 < error <= 1e-3 * span)
        share = np.abs(laq.decode(laq.encode(array, pointwise_relative=0.1)) / array.astype("f8") - 1).max()
        self.assertTrue(0 < share <= 0.1)
        self.assertLessEqual(8 * len(laq.encode(array, bits=2)), 2 * array.size)
        info = laq.info(laq.encode(array, psnr=60))
        self.assertEqual((info.target, info.target_value), ("psnr", 60))
        self.assertGreaterEqual(20 * np.log10(span / np.sqrt(info.mean_squared_error)), 60)
        self.assertEqual(laq.info(laq.encode(array, snr=40)).target, "snr")

    def test_numbers_that_are_not_finite_come_back(self):
        array = field()
        array[0, :3, 0] = np.nan, np.inf, -np.inf
        again = laq.decode(laq.encode(array, max_error=0.1))
        self.assertTrue(np.isnan(again[0, 0, 0]))
        self.assertEqual(list(again[0, 1:3, 0]), [np.inf, -np.inf])

    def test_threads_do_not_change_the_bytes(self):
        array = field()
        self.assertEqual(laq.encode(array, chunks=4096, threads=1), laq.encode(array, chunks=4096, threads=2))

    def test_attachments_and_the_sample_rate_travel_along(self):
        file = laq.encode(field(), sample_rate=48000, attachments={"note": b"abc"})
        self.assertEqual(laq.info(file).sample_rate, 48000)
        self.assertEqual(laq.info(file).attachments, {"note": b"abc"})

    def test_progress_ends_at_one_cancels_and_passes_exceptions_on(self):
        seen = []
        laq.encode(field(), chunks=4096, progress=seen.append)
        self.assertTrue(seen and seen == sorted(seen) and 0 <= seen[0] and seen[-1] <= 1)
        with self.assertRaises(laq.CancelledError):
            laq.encode(field(), progress=lambda done: False)
        with self.assertRaises(ZeroDivisionError):
            laq.encode(field(), progress=lambda done: 1 / 0)

    def test_what_cannot_be_encoded_is_refused_with_the_reason(self):
        for array, kind, message in (
            (np.array(["a"]), TypeError, "only numbers"),
            (np.array([1, "a"], object), TypeError, "astype"),
            (np.zeros(2, [("x", "f4"), ("y", "i2")]), TypeError, "array['x']"),
            (np.zeros(2, np.longdouble), TypeError, "float64"),
            (np.zeros((1,) * 32, "c8"), laq.ArgumentError, "31"),
        ):
            with self.assertRaises(kind) as raised:
                laq.encode(array)
            self.assertIn(message, str(raised.exception))
        for arguments, message in (
            ({"effort": 11}, "effort is 11"),
            ({"threads": -1}, "threads is -1"),
            ({"chunks": 3}, "chunk_elements"),
            ({"max_error": -1}, "target.value is -1"),
            ({"max_error": 1, "bits": 2}, "max_error and bits"),
            ({"max_error": 1, "lossless": True}, "max_error and lossless"),
            ({"attachments": {"toolong": b"x"}}, "four characters"),
        ):
            with self.assertRaises(laq.ArgumentError) as raised:
                laq.encode(field(), **arguments)
            self.assertIn(message, str(raised.exception))
        with self.assertRaises(TypeError):
            laq.encode(field(), max_error="much")
        with self.assertRaises(TypeError):
            laq.encode(field(), effort=2.5)
        with self.assertRaises(laq.LimitError):
            laq.encode(field(), bits=1e-6)


class Decoding(unittest.TestCase):
    def setUp(self):
        self.array = field()
        self.file = laq.encode(self.array, max_error=0.01, chunks=4096)
        self.again = laq.decode(self.file)

    def test_regions_are_those_of_numpy(self):
        for region in (
            np.s_[10:20, :, 5],
            np.s_[3],
            np.s_[-1],
            np.s_[..., -1],
            np.s_[2:4, ..., 7:3:-2],
            np.s_[::-3, 1::2],
            np.s_[5:5],
            np.s_[1, 2, 3],
            np.s_[100:200, :],
            ...,
            (),
        ):
            part = laq.decode(self.file, region)
            self.assertEqual(part.shape, np.shape(self.again[region]))
            self.assertTrue(np.array_equal(part, self.again[region]), region)
        complex_file = laq.encode(self.array.astype("c8") * 1j, max_error=0.01)
        whole = laq.decode(complex_file)
        self.assertTrue(np.array_equal(laq.decode(complex_file, np.s_[3:5, ::-1, 2]), whole[3:5, ::-1, 2]))

    def test_regions_outside_are_refused(self):
        for region, kind in ((np.s_[20], IndexError), (np.s_[0, 0, 0, 0], IndexError), (np.s_[..., ...], IndexError)):
            with self.assertRaises(kind):
                laq.decode(self.file, region)
        for region in (None, [1, 2], np.array([True]), 1.5):
            with self.assertRaises(TypeError):
                laq.open(self.file)[region]

    def test_out_is_filled_in_place(self):
        memory = np.zeros((22, 30, 40), "f4")
        out = memory[1:21]
        self.assertIs(laq.decode(self.file, out=out), out)
        self.assertTrue(np.array_equal(out, self.again) and not memory[0].any() and not memory[21].any())
        for view in (np.zeros((40, 30, 20), "f4").T, np.zeros((20, 30, 80), "f4")[:, :, ::2]):
            self.assertTrue(np.array_equal(laq.decode(self.file, out=view), self.again))
        part = np.zeros((3, 30), "f4")
        laq.decode(self.file, np.s_[2:5, :, 7], out=part)
        self.assertTrue(np.array_equal(part, self.again[2:5, :, 7]))
        swapped = np.zeros(5, ">f8")
        laq.decode(laq.encode(np.arange(5, dtype=">f8")), out=swapped)
        self.assertEqual(list(swapped), [0, 1, 2, 3, 4])

    def test_another_out_is_refused(self):
        read_only = np.zeros_like(self.again)
        read_only.flags.writeable = False
        for out, message in (
            (np.zeros((20, 30, 41), "f4"), "shape"),
            (np.zeros((20, 30, 40), "f8"), "float64"),
            (read_only, "read-only"),
        ):
            with self.assertRaises(laq.ArgumentError) as raised:
                laq.decode(self.file, out=out)
            self.assertIn(message, str(raised.exception))

    def test_files_are_buffers_or_paths(self):
        path = pathlib.Path("field.laq")
        path.write_bytes(self.file)
        with open(path, "rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            sources = [path, str(path), bytearray(self.file), memoryview(self.file), np.frombuffer(self.file, "u1")]
            for source in sources + [mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)]:
                self.assertTrue(np.array_equal(laq.decode(source), self.again))
            self.assertEqual(laq.info(mapped.read()).shape, (20, 30, 40))
        with self.assertRaises(ValueError):
            laq.decode(mapped)  # closed
        with self.assertRaises(TypeError):
            laq.decode(3)
        with self.assertRaises(FileNotFoundError):
            laq.decode("absent.laq")

    def test_an_open_file_gives_regions_until_it_is_closed(self):
        path = pathlib.Path("open.laq")
        path.write_bytes(self.file)
        with laq.open(path) as opened:
            self.assertEqual((opened.shape, opened.dtype, opened.ndim, len(opened)), ((20, 30, 40), "f4", 3, 20))
            self.assertTrue(np.array_equal(opened[2:4, ::2], self.again[2:4, ::2]))
            self.assertTrue(np.array_equal(np.asarray(opened), self.again))
        with self.assertRaises(ValueError) as raised:
            opened[0]
        self.assertIn("closed", str(raised.exception))

    def test_damage_has_a_kind_of_its_own(self):
        flipped = bytearray(self.file)
        flipped[len(flipped) // 2] ^= 1
        for data, kind in (
            (b"", laq.NotLaqError),
            (b"x" * 40, laq.NotLaqError),
            (self.file[:-1], laq.TruncatedError),
            (bytes(flipped), laq.DamagedError),
        ):
            with self.assertRaises(kind) as raised:
                laq.decode(data)
            self.assertIsInstance(raised.exception, ValueError)
            self.assertIsInstance(raised.exception, laq.LaqError)
        for place in range(0, len(self.file), 97):
            damaged = bytearray(self.file)
            damaged[place] ^= 0x55
            with self.assertRaises(laq.LaqError):
                laq.decode(damaged)

    def test_limits_are_checked_before_memory_is_taken(self):
        with self.assertRaises(laq.LimitError):
            laq.decode(self.file, max_elements=23999)
        with self.assertRaises(laq.LimitError):
            laq.decode(self.file, max_bytes=1000)
        self.assertEqual(laq.decode(self.file, np.s_[0, 0], max_elements=40).shape, (40,))

    def test_pictures_are_named(self):
        with self.assertRaises(laq.UnsupportedError):
            laq.decode(laq.encode_picture(np.zeros((8, 8), "u1")))


class Processes(unittest.TestCase):
    def test_threads_encode_and_decode_at_once(self):
        arrays = [field((30, 40, 50)) + i for i in range(4)]
        files = [None] * 4
        wrong = []

        def work(i):
            for _ in range(3):
                files[i] = laq.encode(arrays[i], max_error=0.1, threads=2)
                if np.abs(laq.decode(files[i]).astype("f8") - arrays[i]).max() > 0.1:
                    wrong.append(i)

        threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])

    def test_other_threads_run_during_a_call(self):
        # The main thread holds a lock that the progress function, on a thread of its own, waits for: without release
        # of the interpreter this would hang.
        released, reached = threading.Event(), threading.Event()

        def progress(done):
            reached.set()
            return released.wait(30)

        encoder = threading.Thread(target=laq.encode, args=(field(),), kwargs={"progress": progress})
        encoder.start()
        self.assertTrue(reached.wait(30))
        released.set()
        encoder.join()

    def test_a_forked_process_decodes(self):
        array = np.arange(100000, dtype="i4")
        file = laq.encode(array, threads=2, chunks=4096)
        context = multiprocessing.get_context("fork")
        queue = context.Queue()
        child = context.Process(target=decode_in_child, args=(file, queue))
        child.start()
        self.assertEqual(queue.get(timeout=60), array.sum())
        child.join()

    def test_memory_of_results_outlives_the_file(self):
        picture = laq.decode_picture(laq.encode_picture(np.full((64, 64), 7, "u1"), quality=95))
        samples = picture.samples[3:5]
        del picture
        gc.collect()
        self.assertEqual(samples.shape, (2, 64))
        self.assertLess(abs(int(samples[0, 0]) - 7), 3)


if __name__ == "__main__":
    unittest.main()
