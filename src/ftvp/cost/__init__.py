"""What each option costs: numbers with their origins in, bills, totals and paybacks out."""
