"""The example for Dask: a field is written and read by two workers, of which one is killed, and nothing is lost."""
import json
import os
import subprocess
import sys
import unittest

NEEDS = ["numpy", "zarr", "dask", "distributed"]
EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), *[os.pardir] * 3, "apps", "python", "examples")


def run(*arguments):
    command = [sys.executable, os.path.join(EXAMPLES, "field_on_cluster.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)


class Cluster(unittest.TestCase):
    def test_a_killed_worker_loses_nothing(self):
        done = run("--bytes", "12Mi", "--planes", "4", "--kill", "--store", "field.zarr")
        self.assertEqual(done.returncode, 0, done.stderr)
        (result,) = json.loads(done.stdout)["runs"]
        self.assertEqual(result["workers_killed"], 1)
        self.assertEqual((result["chunks"], result["chunks_written"], result["chunks_checked"]), (12, 12, 12))
        self.assertTrue(result["bound_holds"] and 0 < result["max_error"] <= 0.01)
        self.assertLess(result["stored_bytes"] * 5, result["bytes"])

    def test_options_that_do_not_go_together_are_refused(self):
        done = run("--scheduler", "tcp://absent:1", "--kill")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--scheduler", done.stderr)


if __name__ == "__main__":
    unittest.main()
