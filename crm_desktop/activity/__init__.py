"""What we do with them: timeline, reminders, attachments."""
