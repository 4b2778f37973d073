"""What each side costs, when tuning has paid for itself, and how long it lives to do so."""
