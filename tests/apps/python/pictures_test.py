"""Pictures by NumPy: channels, depths, metadata, targets and measures."""
import unittest

import numpy as np

import laq

NEEDS = ["numpy"]


def samples(channels=3, depth=8, height=48, width=64):
    ramp = np.add.outer(np.arange(height), np.arange(width)) * ((1 << depth) - 1) // (height + width)
    stacked = np.stack([ramp, ramp[::-1], ramp[:, ::-1], ramp // 2][:channels], axis=-1)
    return stacked.astype(np.uint16 if depth > 8 else np.uint8)


class Pictures(unittest.TestCase):
    def test_channels_and_depths_come_back(self):
        for channels in (1, 2, 3, 4):
            for depth in (1, 5, 8, 10, 12, 16):
                given = samples(channels, depth)
                picture = laq.decode_picture(laq.encode_picture(given, depth=depth, quality=95))
                self.assertEqual(picture.depth, depth)
                self.assertEqual(picture.samples.dtype, given.dtype)
                self.assertEqual(picture.samples.shape, given.shape[:2] if channels == 1 else given.shape)
                difference = np.abs(picture.samples.reshape(given.shape).astype(int) - given).mean()
                self.assertLessEqual(difference, (1 << depth) / 50 + 0.5)

    def test_bounds_hold_and_files_tell_them(self):
        for depth in (8, 16):
            given = samples(depth=depth)
            for settings, most in (({"lossless": True}, 0), ({"max_error": 3}, 3)):
                file = laq.encode_picture(given, **settings)
                difference = np.abs(laq.decode_picture(file).samples.astype(int) - given)
                self.assertLessEqual(difference.max(), most)
                self.assertEqual(laq.info(file).max_error, most)
        self.assertIsNone(laq.info(laq.encode_picture(samples())).max_error)
        with self.assertRaisesRegex(laq.ArgumentError, "max_error and lossless are given"):
            laq.encode_picture(samples(), lossless=True, max_error=1)

    def test_rows_at_any_distance_and_other_strides(self):
        given = samples()
        packed = laq.encode_picture(given[:, 8:40].copy())
        self.assertEqual(laq.encode_picture(given[:, 8:40]), packed)
        self.assertEqual(laq.encode_picture(np.asfortranarray(given[:, 8:40])), packed)
        self.assertEqual(laq.encode_picture(given[::-1][::-1][:, 8:40]), packed)
        swapped = samples(depth=16)
        self.assertEqual(laq.encode_picture(swapped.astype(">u2")), laq.encode_picture(swapped))
        self.assertEqual(laq.encode_picture(samples(depth=16), depth=16), laq.encode_picture(samples(depth=16)))

    def test_metadata_travel_along(self):
        metadata = laq.Metadata(
            exif=b"II*\0\x08\0\0\0\0\0\0\0\0\0",
            xmp=b"<x/>",
            orientation=6,
            pixels_per_metre=(11811, 11812),
            code_points=laq.CodePoints(9, 16),
            attachments={"text": b"\0" * 9},
        )
        file = laq.encode_picture(samples(), metadata=metadata)
        picture = laq.decode_picture(file)
        self.assertEqual(picture.metadata, metadata)
        info = laq.info(file)
        self.assertEqual((info.width, info.height, info.channels, info.depth, info.file_bytes), (64, 48, 3, 8, len(file)))
        self.assertEqual(info.metadata, metadata)
        self.assertIn("PICT", info.sections)
        self.assertEqual(laq.decode_picture(laq.encode_picture(picture)).metadata, metadata)

    def test_targets_are_met(self):
        given = np.random.default_rng(1).integers(0, 255, (48, 64, 3)).astype("u1") // 8 + samples() // 2
        self.assertLessEqual(len(laq.encode_picture(given, bytes=2500)), 2500)
        picture = laq.decode_picture(laq.encode_picture(given, psnr=35))
        self.assertGreaterEqual(laq.metrics.psnr(given, picture), 34.9)
        with self.assertRaises(laq.LimitError):
            laq.encode_picture(given, bytes=3)

    def test_masks_move_quality(self):
        given = np.random.default_rng(2).integers(96, 160, (64, 128)).astype("u1")
        mask = np.zeros((64, 128), "u1")
        mask[:, 64:] = 255
        file = laq.encode_picture(given, quality=90, mask=mask)
        error = np.abs(laq.decode_picture(file).samples.reshape(64, 128).astype("i2") - given)
        self.assertLess(3 * error[:, 64:].mean(), error[:, :64].mean())
        self.assertEqual(laq.encode_picture(given, quality=90, mask=mask[::16, ::16]), file)
        with self.assertRaises(TypeError):
            laq.encode_picture(given, mask=mask.astype("f4"))
        for arguments in ({"mask": mask[1:]}, {"mask": mask, "lossless": True}):
            with self.assertRaises(laq.ArgumentError):
                laq.encode_picture(given, **arguments)

    def test_measures(self):
        given = samples()
        distorted = laq.decode_picture(laq.encode_picture(given, quality=30))
        self.assertEqual(laq.metrics.psnr(given, given), float("inf"))
        self.assertTrue(20 < laq.metrics.psnr(given, distorted, "y") < 70)
        self.assertAlmostEqual(laq.metrics.ssimulacra2(given, given), 100)
        self.assertLess(laq.metrics.ssimulacra2(given, distorted), 100)
        for measure in (laq.metrics.ssim, laq.metrics.ms_ssim):
            self.assertAlmostEqual(measure(given, given), 1)
        try:
            self.assertLess(laq.metrics.butteraugli(given, given), laq.metrics.butteraugli(given, distorted, "max"))
        except laq.UnsupportedError:
            pass  # a library without libjxl
        with self.assertRaises(laq.ArgumentError):
            laq.metrics.psnr(given, given[1:])
        with self.assertRaises(laq.ArgumentError):
            laq.metrics.psnr(given, given, "alpha")

    def test_floating_point_samples(self):
        for kind in (np.float16, np.float32):
            for shape in ((1, 1), (7, 5), (9, 4, 3), (3, 2, 4)):
                given = np.linspace(-1, 9, int(np.prod(shape)), dtype=kind).reshape(shape)
                file = laq.encode_picture(given, lossless=True)
                again = laq.decode_picture(file)
                self.assertEqual(again.samples.dtype, kind)
                self.assertEqual(again.depth, 8 * given.itemsize)
                np.testing.assert_array_equal(again.samples, given)
                again = laq.decode_picture(laq.encode_picture(given, max_error=0.1)).samples
                self.assertLessEqual(np.abs(again.astype(float) - given).max(), 0.1)
                again = laq.decode_picture(laq.encode_picture(given, quality=95)).samples
                self.assertLess(np.abs(again.astype(float) - given).max(), 0.1)
            given = np.exp2(np.linspace(-4, 4, 40 * 30 * 3)).astype(kind).reshape(40, 30, 3)
            for options in ({"lossless": True}, {"quality": 80}, {"quality": 98}, {"quality": 80, "progressive": True}):
                file = laq.encode_picture(given, **options)
                whole = laq.decode_picture(file).samples
                part = laq.decode_picture(file, np.s_[3:17, 20:]).samples
                self.assertEqual(part.dtype, kind)
                np.testing.assert_array_equal(part, whole[3:17, 20:])
                means = whole[:40, :28].astype(float).reshape(10, 4, 7, 4, 3).mean((1, 3))
                small = laq.decode_picture(file, reduction=4).samples
                np.testing.assert_allclose(small[:, :7], means, 1e-3)
                self.assertEqual(laq.decode_picture(file, reduction=8).samples.shape, (5, 4, 3))
        with self.assertRaises(laq.ArgumentError):
            laq.encode_picture(np.full((4, 4), np.nan, np.float32))

    def test_what_is_no_picture_is_refused(self):
        for given, kind in (
            (samples().astype("f8"), TypeError),
            (samples().astype("i1"), TypeError),
            (np.zeros((4, 4, 5), "u1"), laq.ArgumentError),
            (np.zeros(4, "u1"), laq.ArgumentError),
            (np.zeros((0, 4), "u1"), laq.ArgumentError),
        ):
            with self.assertRaises(kind):
                laq.encode_picture(given)
        for arguments in ({"quality": 101}, {"tune": "best"}, {"depth": 9}, {"psnr": 30, "bytes": 5}, {"effort": 0}):
            with self.assertRaises(laq.ArgumentError):
                laq.encode_picture(samples(), **arguments)
        with self.assertRaises(laq.ArgumentError):
            laq.encode_picture(samples(), metadata=laq.Metadata(orientation=9))

    def test_damage_and_limits(self):
        file = laq.encode_picture(samples())
        with self.assertRaises(laq.TruncatedError):
            laq.decode_picture(file[:-3])
        with self.assertRaises(laq.LimitError):
            laq.decode_picture(file, max_pixels=100)
        with self.assertRaises(laq.UnsupportedError):
            laq.decode_picture(laq.encode(samples()))

    def test_parts_are_those_of_the_whole(self):
        given = samples(height=40, width=200)
        file = laq.encode_picture(given, quality=90, progressive=True)
        whole = laq.decode_picture(file).samples
        for region in (np.s_[3:20, 50:90], np.s_[-7:], np.s_[:, 190:500]):
            self.assertTrue(np.array_equal(laq.decode_picture(file, region).samples, whole[region]))
        small = laq.decode_picture(file, reduction=8).samples
        self.assertEqual(small.shape, (5, 25, 3))
        half = laq.decode_picture(file, np.s_[8:24, 16:48], reduction=2)
        self.assertEqual((half.samples.shape, half.depth), ((8, 16, 3), 8))
        cut = laq.decode_picture(file[: len(file) * 2 // 3], allow_partial=True)
        self.assertEqual(cut.samples.shape, given.shape)
        for region, kind in ((np.s_[5:5], IndexError), (np.s_[::2], TypeError), (np.s_[3], TypeError)):
            with self.assertRaises(kind):
                laq.decode_picture(file, region)
        with self.assertRaises(laq.ArgumentError):
            laq.decode_picture(file, reduction=3)

    def test_progress_cancels(self):
        with self.assertRaises(laq.CancelledError):
            laq.decode_picture(laq.encode_picture(samples()), progress=lambda done: False)
        with self.assertRaises(laq.CancelledError):
            laq.encode_picture(samples(), progress=lambda done: False)


if __name__ == "__main__":
    unittest.main()
