"""Training files: any of the usual shapes in, examples out, every mistake with its line."""
