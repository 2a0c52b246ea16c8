"""The sheet: results of a race pasted, uploaded or typed as rows and columns, seen as a plan, and saved.

Text becomes a grid of cells (`reading`, `files`), a grid becomes a race document (`document`), and the importer plans
and writes it (`plan`): nothing is kept between the steps, each page posts the whole grid.
"""
