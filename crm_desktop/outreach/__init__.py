"""What leaves the house: mails, with proof of sending."""
