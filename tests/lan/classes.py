"""Prints "FILE CLASS" for every class with tests in the files given: ctest has one test each."""

import importlib
import os
import sys
import unittest

for file in sys.argv[1:]:
    if os.path.dirname(file) not in sys.path:
        sys.path.insert(0, os.path.dirname(file))
    module = importlib.import_module(os.path.splitext(os.path.basename(file))[0])
    suites = unittest.defaultTestLoader.loadTestsFromModule(module)
    for name in sorted({type(test).__name__ for suite in suites for test in suite}):
        print(file, name)
