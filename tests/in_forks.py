"""What tests change in a server before it forks, or in a fork before it does its work."""

import importlib
import os
import socket

#: Simulations that no parameter shortens, where their result is not read.
SHORT = {
    "helpers.stats.randomization._PLACES": 40,
    "helpers.topics.history.rotation.LR_DRAWS": 19,
    "helpers.topics.history.size_premium.HISTORIES": 19,
}


def serve(control, collection):
    """In the server: load what small notebooks and their pages need, then fork."""
    from helpers.run.engines import fork_server, preload

    preload.LIBRARIES = ("matplotlib.pyplot",)
    preload.FLOORS = ("report.card", "report.html", "run.session")
    fork_server.serve(control, collection)


def lend(address, pipe, *loaded):
    """A copy of the server for every worker that asks, until the one that started it has ended."""
    from helpers.run.engines.fork_server import fork_for

    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen()
        pipe.send("open")
        while True:
            asked, _ = door.accept()
            if os.fork() == 0:
                door.close()
                fork_for(asked, *loaded)
            asked.close()


def in_place(env, cwd, function, given, pipe, cells, _read):
    """Call a function as a run's own server would, with its environment and folder."""
    from helpers.run.engines.preload import note_figures_read

    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    function(*given, pipe, cells, note_figures_read())


def undrawn(function, given, *fork):
    """Call a function once nothing is drawn: pictures tell their numbers, and neither are laid out nor drawn."""
    from helpers.report import picture

    picture.lay_out = lambda *_: None
    picture.embedded = lambda *_: ""
    function(*given, *fork)


def shortened(function, given, *fork):
    """Call a function once simulations are short."""
    for name, value in SHORT.items():
        module, _, constant = name.rpartition(".")
        setattr(importlib.import_module(module), constant, value)
    function(*given, *fork)
