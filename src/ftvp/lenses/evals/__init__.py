"""Does tuning improve quality on an eval set? The paired answer to question 5, pure arithmetic."""
