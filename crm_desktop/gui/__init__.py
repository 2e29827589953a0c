"""The window. The only folder besides app that knows Qt.

PySide puts a hook of its own into every `import`, for a switch to names in snake case that we do not use. The hook reads
the source text of each module that is loaded from then on, which was a sixth of the start. So the import from before is
put back before the first module of the window is loaded.
"""

import builtins

import PySide6  # noqa: F401  (puts the hook in)

builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
