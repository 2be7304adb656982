"""A Caf's workbook: read and taken, and filled."""
