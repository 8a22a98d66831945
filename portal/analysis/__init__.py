"""The text engine: plain data in, plain data out; knows no web framework, no database, no slice.

`normalise`, `sentences`, `points`, `alike` and `personal_data` are light enough for a web worker. `engine` and what
it imports need numpy, scipy and rjieba: load it inside the job or command that runs it.
"""
