"""Paper: the PDF of a document, its fonts and payment codes."""
