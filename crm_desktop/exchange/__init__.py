"""What comes in and goes out as files: spreadsheets, reports, the full export."""
