"""The data file: connection, transactions, migrations, journal. Knows no word of the trade."""
