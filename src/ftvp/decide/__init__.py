"""The five questions, and what each table says of the answers."""
