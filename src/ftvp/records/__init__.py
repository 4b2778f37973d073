"""What is kept of an answer: records, replays, differences, gates and the memo."""
