"""Numbered, frozen steps of the schema. They import nothing of ours."""
