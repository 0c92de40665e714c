"""How notebooks are started, executed and published: parameters, papermill runs, the command line."""

import sys

import lazy_loader

# jsonschema imports this package for a format no notebook uses, and compiling its grammar takes over a second
# in every process that imports nbformat. jsonschema does without it; None makes the import fail.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["cli", "collection", "engines", "execute", "parameters", "publish"],
    submod_attrs={"execute": ["run_collection"], "session": ["start"]},
)
