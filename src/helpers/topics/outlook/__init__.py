"""Claims F1 to F5: the outlook."""
