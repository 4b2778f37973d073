"""The shapes of the versioned tables, and which entry is in force on a day. Pure."""
