"""The files of a digest. Everything here is heavy: import it in jobs and commands only, inside their
function.
"""
