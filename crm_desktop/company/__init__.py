"""Who we are: profile, number series, tax rates, payment terms."""
