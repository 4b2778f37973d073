"""Text becomes counts. The only room that knows tiktoken and where vocabularies lie."""
