"""One question each, answered from values: cost, volume, tree, quality, data. Pure."""
