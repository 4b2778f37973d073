"""The world: tables, scenario files and prompts on disk become values here."""
