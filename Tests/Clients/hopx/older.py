"""hopx 0.1.10, which as it was published cannot be imported: its errors are made from a class that is nowhere defined.

Programs that use it define that class first. Nothing else of it is changed.
"""
import builtins
import importlib
import importlib.util
import sys


def load():
    """The module `hopx`."""
    builtins.BunnyshellError = Exception
    spec = importlib.util.find_spec("hopx")
    module = sys.modules["hopx"] = importlib.util.module_from_spec(spec)
    errors = importlib.import_module("hopx.errors")
    errors.BunnyshellError = errors.HopxError
    spec.loader.exec_module(module)
    return module
