"""`python -m ketaminder.cli`: the same as `ketaminder`."""

import sys

from ketaminder.cli import main

sys.exit(main())
