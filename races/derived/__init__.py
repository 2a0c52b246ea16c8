"""The derived rows of the record book: how they are made (`lines`, `counts`) and kept right (`refresh`, `signals`)."""
