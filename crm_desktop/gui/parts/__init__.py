"""Larger parts of single pages, kept apart so that the pages stay short."""
