"""Training files: what they hold and lack, and what training on them costs."""
