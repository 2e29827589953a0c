"""What we bill: invoices, credit notes, payments."""
