"""Charts as SVG, drawn on the server. Pure: they know neither Django nor racing.

A chart is declared as panels of marks on axes (`chart`), and `draw` makes one file of it, for a desk or for a phone.
"""
