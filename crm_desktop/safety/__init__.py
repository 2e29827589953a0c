"""So that nothing is lost: backups, the lock of an open file, checks."""
