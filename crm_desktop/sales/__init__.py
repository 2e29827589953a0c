"""What we sell: catalogue, totals, contracts."""
