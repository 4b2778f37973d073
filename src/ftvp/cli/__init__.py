"""The command line: options in, a result out, an exit code."""
