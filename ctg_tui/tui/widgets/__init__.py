"""The widgets that the pages are made of. No widget uses the database, the session or the formula."""
