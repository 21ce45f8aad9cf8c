"""The JSON Schema of every document that a program reads or writes; `bbcs help schema NAME`."""
