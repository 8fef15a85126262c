"""Pillow and imageio open and save LAQ files."""
import io
import unittest

import numpy as np
from PIL import Image, ImageOps

import laq
import laq.pillow

NEEDS = ["numpy", "PIL"]

RAMP = np.add.outer(np.arange(48), np.arange(64))
RGB = np.stack([RAMP, RAMP[::-1], RAMP[:, ::-1]], -1).astype("u1")


def saved(image, **settings):
    file = io.BytesIO()
    image.save(file, format="LAQ", **settings)
    file.seek(0)
    return file


class Pillow(unittest.TestCase):
    def test_files_are_known_by_name_and_content(self):
        Image.fromarray(RGB).save("photo.laq", quality=90)
        with Image.open("photo.laq") as image:
            self.assertEqual((image.format, image.mode, image.size), ("LAQ", "RGB", (64, 48)))
            self.assertLess(np.abs(np.asarray(image).astype(int) - RGB).max(), 10)
        self.assertEqual(Image.MIME["LAQ"], "image/x-laq")
        self.assertEqual(Image.open(saved(Image.fromarray(RGB))).resize((9, 7)).size, (9, 7))

    def test_lossless_files_come_back_and_shrink(self):
        image = Image.open(saved(Image.fromarray(RGB), lossless=True))
        image.draft(None, (8, 6))
        self.assertTrue(np.array_equal(np.asarray(image), RGB))
        small = Image.open(saved(Image.fromarray(RGB), lossless=True))
        small.thumbnail((8, 8))
        self.assertEqual(small.size, (8, 6))

    def test_modes_come_back(self):
        for mode, samples, most in (
            ("L", RGB[..., 0], 5),
            ("LA", RGB[..., :2], 5),
            ("RGBA", np.dstack([RGB, RGB[..., 0]]), 10),
            ("I;16", (RAMP * 500).astype("u2"), 600),
            ("1", RAMP % 16 > 7, 0),
        ):
            image = Image.fromarray(samples, mode) if mode == "LA" else Image.fromarray(samples)
            again = Image.open(saved(image, quality=95))
            self.assertEqual((image.mode, again.mode), (mode, mode))
            difference = np.abs(np.asarray(again).astype(int) - np.asarray(image).astype(int))
            self.assertLessEqual(difference.max(), most, mode)
        self.assertEqual(Image.open(saved(Image.fromarray(RGB).quantize(16))).mode, "RGB")
        self.assertEqual(Image.open(saved(Image.fromarray((RAMP * 500).astype("i4")))).mode, "I;16")

    def test_depths_that_pillow_does_not_have_are_scaled(self):
        for depth, mode, most in ((4, "L", 255), (10, "I;16", 65535)):
            file = laq.encode_picture(np.full((16, 16), (1 << depth) - 1, "u2"), depth=depth, quality=95)
            image = Image.open(io.BytesIO(file))
            self.assertEqual((image.mode, np.asarray(image).max()), (mode, most))
        file = laq.encode_picture(np.full((16, 16, 3), 4095, "u2"), depth=12, quality=95)
        self.assertEqual(np.asarray(Image.open(io.BytesIO(file))).max(), 255)

    def test_floats_are_refused(self):
        for kind in ("float16", "float32"):
            file = laq.encode_picture(np.full((16, 16), 0.5, kind), lossless=True)
            self.assertEqual(laq.info(file).sample_format, kind)
            with self.assertRaisesRegex(OSError, "laq.decode_picture"):
                laq.pillow.LaqImageFile(io.BytesIO(file))

    def test_profile_exif_xmp_and_resolution_travel_along(self):
        profile = bytes(range(256))  # one of sRGB is not stored, as no profile means sRGB
        exif = Image.Exif()
        exif[0x010E] = "a description"
        exif[0x0112] = 6
        image = Image.fromarray(RGB)
        file = saved(image, icc_profile=profile, exif=exif, xmp=b"<x/>", dpi=(300, 300))
        again = Image.open(file)
        self.assertEqual(again.info["xmp"], b"<x/>")
        self.assertAlmostEqual(again.info["dpi"][0], 300, 2)
        self.assertEqual(again.getexif()[0x010E], "a description")
        self.assertEqual(ImageOps.exif_transpose(again).size, (48, 64))
        self.assertEqual(again.info["icc_profile"], profile)
        self.assertEqual(laq.info(file.getvalue()).metadata.orientation, 6)
        # What came with an image goes with it; an empty value leaves it out.
        twice = Image.open(saved(again, exif=b""))
        self.assertEqual((twice.info["xmp"], "exif" in twice.info), (b"<x/>", False))

    def test_an_orientation_without_exif_is_seen(self):
        file = laq.encode_picture(RGB, metadata=laq.Metadata(orientation=8))
        self.assertEqual(ImageOps.exif_transpose(Image.open(io.BytesIO(file))).size, (48, 64))

    def test_settings_reach_the_encoder(self):
        image = Image.fromarray(RGB)
        self.assertEqual(laq.info(saved(image, quality=40).getvalue()).quality, 40)
        self.assertEqual(laq.info(saved(image, tune="psnr").getvalue()).tune, "psnr")
        self.assertLessEqual(len(saved(image, bytes=600).getvalue()), 600)

    def test_drafts_and_thumbnails_are_decoded_at_a_reduced_size(self):
        samples = np.repeat(np.repeat(RGB, 4, 0), 4, 1)
        for progressive in (False, True):
            file = saved(Image.fromarray(samples), quality=90, progressive=progressive)
            image = Image.open(file)
            image.draft(None, (64, 40))
            self.assertEqual(image.size, (64, 48))
            image.load()
            self.assertLess(np.abs(np.asarray(image).astype(int) - RGB).mean(), 3)
            image = Image.open(file)
            image.thumbnail((32, 32))
            self.assertEqual(image.size, (32, 24))

    def test_a_jpeg_file_that_is_kept_is_seen_and_comes_back(self):
        Image.fromarray(np.repeat(np.repeat(RGB, 2, 0), 2, 1)).save("photo.jpg", dpi=(72, 72))
        file = laq.encode_jpeg("photo.jpg")
        with open("photo.jpg", "rb") as jpeg:
            self.assertEqual(laq.decode_jpeg(file), jpeg.read())
        image = Image.open(io.BytesIO(file))
        self.assertEqual((image.format, image.mode, image.size), ("LAQ", "RGB", (128, 96)))
        self.assertTrue(np.array_equal(np.asarray(image), np.asarray(Image.open("photo.jpg"))))
        self.assertEqual(Image.open(io.BytesIO(file)).info["dpi"], (72, 72))
        image = Image.open(io.BytesIO(file))
        image.thumbnail((32, 32))
        self.assertEqual(image.size, (32, 24))
        with self.assertRaises(laq.UnsupportedError):
            laq.encode_jpeg(b"no JPEG file at all")
        with self.assertRaises(OSError):
            Image.open(io.BytesIO(file[:-3])).load()

    def test_errors_have_the_kinds_that_pillow_has(self):
        file = saved(Image.fromarray(RGB)).getvalue()
        for data, message in ((file[:-4], "cut off"), (laq.encode(RGB), "holds arrays"), (laq.encode_tensors({"t": RGB}), "holds arrays")):
            with self.assertRaises(OSError) as raised:
                Image.open(io.BytesIO(data)).load()
            self.assertIn(message, str(raised.exception))
        flipped = bytearray(file)
        flipped[-9] ^= 1
        with self.assertRaises(OSError) as raised:
            Image.open(io.BytesIO(flipped)).load()
        self.assertIn("checksum", str(raised.exception))
        with self.assertRaises(OSError) as raised:
            saved(Image.fromarray(RGB).convert("CMYK"))
        self.assertIn("CMYK", str(raised.exception))
        with self.assertRaises(ValueError):
            saved(Image.fromarray(RGB), quality=101)


class Imageio(unittest.TestCase):
    def test_imageio_reads_and_writes(self):
        try:
            import imageio
        except ImportError:
            self.skipTest("Python has no imageio")
        import laq.imageio  # pylint: disable=unused-import

        imageio.imwrite("x.laq", RGB, quality=90)
        self.assertEqual(laq.info("x.laq").quality, 90)
        self.assertLess(np.abs(imageio.imread("x.laq").astype(int) - RGB).max(), 10)
        imageio.imwrite("deep.laq", (RAMP * 500).astype("u2"))
        self.assertEqual(imageio.imread("deep.laq").dtype, np.uint16)


if __name__ == "__main__":
    unittest.main()
