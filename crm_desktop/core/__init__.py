"""Plain Python that every other folder may use: money, dates, text, errors, translations."""
