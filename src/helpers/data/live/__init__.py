"""Live figures, as they stood on the day asked for: one reader a service, a cache, and what differs from the snapshot.

The catalog names the reader of a series before a colon (``live: fred:CPIAUCSL``); `registry` finds it. Nothing here
is imported until a live source is asked for.
"""
