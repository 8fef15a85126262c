"""Tensors of models: names, types, targets, importance, single tensors, damage."""
import unittest

import numpy as np

import laq

NEEDS = ["numpy"]


def model():
    random = np.random.default_rng(1)
    return {
        "layer.weight": random.normal(size=(64, 96)).astype("f4"),
        "layer.half": random.normal(size=(96, 64)).astype("f2"),
        "layer.bias": random.normal(size=64).astype("f4"),
        "steps": np.arange(7),
        "mask": np.arange(12).reshape(3, 4) % 2 == 0,
        "empty": np.zeros((0, 5), "f4"),
        "one": np.float64(3.5),
    }


class Tensors(unittest.TestCase):
    def test_without_a_target_all_come_back_in_their_order(self):
        file = laq.encode_tensors(model())
        again = laq.decode_tensors(file)
        self.assertEqual(list(again), list(model()))
        for name, tensor in model().items():
            self.assertEqual((again[name].dtype, again[name].shape), (np.asarray(tensor).dtype, np.shape(tensor)), name)
            self.assertTrue(np.array_equal(again[name], tensor), name)
            self.assertTrue(np.array_equal(laq.decode_tensor(file, name), tensor), name)

    def test_targets_are_met_and_told(self):
        weight = model()["layer.weight"]
        file = laq.encode_tensors(model(), bits=4.5, targets={"layer.half": ("snr", 30)})
        info = laq.info(file)
        self.assertEqual(info.file_bytes, len(file))
        told = info.tensors["layer.weight"]
        self.assertEqual((told.target, told.target_value, told.shape, told.dtype), ("bits", 4.5, (64, 96), "f4"))
        self.assertLessEqual(8 * told.stream_bytes, 4.5 * weight.size)
        self.assertGreater(told.uniform_bits, 4)
        half = info.tensors["layer.half"]
        self.assertGreaterEqual(10 * np.log10(half.power / half.mean_squared_error), 30)
        self.assertEqual((info.tensors["steps"].max_error, info.tensors["mask"].dtype), (0, "?"))
        again = laq.decode_tensors(laq.encode_tensors(model(), max_error=0.1))
        self.assertLessEqual(np.abs(again["layer.weight"].astype("f8") - weight).max(), 0.1)

    def test_importance_and_noise_change_where_the_error_is(self):
        importance = np.ones(96)
        importance[:8] = 1000
        tensors = {"w": model()["layer.weight"]}
        plain = laq.decode_tensor(laq.encode_tensors(tensors, bits=3, noise="mse"), "w") - tensors["w"]
        file = laq.encode_tensors(tensors, bits=3, noise="mse", importance={"w": importance})
        weighted = laq.decode_tensor(file, "w") - tensors["w"]
        self.assertLess(np.square(weighted[:, :8]).mean(), np.square(plain[:, :8]).mean())

    def test_views_and_byte_orders(self):
        weight = model()["layer.weight"]
        tensors = {"t": weight.T, "r": weight[::-1, ::3], "b": weight.astype(">f4")}
        again = laq.decode_tensors(laq.encode_tensors(tensors))
        for name, tensor in tensors.items():
            self.assertTrue(np.array_equal(again[name], tensor), name)

    def test_memory_of_a_tensor_outlives_the_others(self):
        first = laq.decode_tensors(laq.encode_tensors(model()))["layer.weight"][3:5]
        self.assertTrue(np.array_equal(first, model()["layer.weight"][3:5]))

    def test_attachments_and_progress(self):
        seen = []
        file = laq.encode_tensors(model(), bits=4, attachments={"note": b"abc"}, progress=seen.append)
        self.assertEqual(laq.info(file).attachments, {"note": b"abc"})
        self.assertTrue(seen)
        with self.assertRaises(laq.CancelledError):
            laq.encode_tensors(model(), bits=4, progress=lambda done: False)

    def test_what_cannot_be_is_refused(self):
        for arguments in (
            {"bits": 4, "snr": 30},
            {"bits": 0},
            {"noise": "loud"},
            {"targets": {"absent": ("bits", 4)}},
            {"targets": {"steps": ("quality", 4)}},
            {"importance": {"layer.weight": [1.0, 2.0]}},
            {"effort": 0},
        ):
            with self.assertRaises(laq.ArgumentError):
                laq.encode_tensors(model(), **arguments)
        for tensor in (np.ones(3, "c8"), np.array(["a"])):
            with self.assertRaises(TypeError):
                laq.encode_tensors({"t": tensor})
        file = laq.encode_tensors(model())
        with self.assertRaises(laq.ArgumentError) as raised:
            laq.decode_tensor(file, "absent")
        self.assertIn("absent", str(raised.exception))
        with self.assertRaises(laq.UnsupportedError):
            laq.decode_tensors(laq.encode(np.ones(3)))
        with self.assertRaises(laq.UnsupportedError):
            laq.decode(file)

    def test_damage_and_limits(self):
        file = laq.encode_tensors(model())
        with self.assertRaises(laq.TruncatedError):
            laq.decode_tensors(file[:-1])
        damaged = bytearray(file)
        damaged[-20] ^= 1
        with self.assertRaises(laq.DamagedError):
            laq.decode_tensors(damaged)
        with self.assertRaises(laq.LimitError):
            laq.decode_tensors(file, max_elements=100)


if __name__ == "__main__":
    unittest.main()
