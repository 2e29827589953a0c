"""Reads everything: today, figures."""
