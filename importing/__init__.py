"""Results in and out: any file → race documents → plan → tables of truth.

`formats` recognises a file and turns it into race documents (`document`); `names` finds whom and what they name;
`plan` is the difference from what is stored; `apply` writes it, in one transaction; `export` writes documents out.
"""
