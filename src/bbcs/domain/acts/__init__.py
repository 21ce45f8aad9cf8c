"""The table of acts: `table` joins its pages, `fields` holds what a row is made of.

Empty on purpose: a list reads no act.
"""
