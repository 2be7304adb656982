"""What is printed, sent and read: the reports, the mail draft, the dates. Nothing here knows the database."""
