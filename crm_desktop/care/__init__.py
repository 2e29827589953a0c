"""After the sale: cases, what customers own, feedback, loyalty."""
