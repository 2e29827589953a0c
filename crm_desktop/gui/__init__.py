"""The window. The only folder besides app that knows Qt."""
