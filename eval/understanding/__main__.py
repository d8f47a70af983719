"""What the steps before retrieval understand: ``python -m eval.understanding NAME``, a module of this package."""

import sys
from importlib import import_module

if __name__ == "__main__":
    import_module(f"eval.understanding.{sys.argv[1]}").main()
