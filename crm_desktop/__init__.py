"""CRM Desktop: customers, contracts, invoices and promises of a small business, in one offline file."""

__version__ = "0.1.0"
APP_NAME = "CRM Desktop"
