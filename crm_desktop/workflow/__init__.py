"""The rules of the owner: when something happens, and if, then something is done."""
