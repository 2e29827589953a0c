"""The terminal face: the same jobs and sentences as the window, for scripts and for people without a screen.

Every command is one entry of `command_table.COMMANDS`. Exit codes: 0 done, 1 the request cannot be met, 2 wrong usage,
3 something outside is in the way (disk, lock, damaged file), 70 a fault of the program. `docs/cli.md` describes each
command and its JSON.
"""
