"""Answers as careless servers send them: their bytes made into text, and XML mended before it is parsed."""
