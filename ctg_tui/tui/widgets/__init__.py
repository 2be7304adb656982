"""The widgets that the screens are made of. No widget uses the database, the session or the formula."""
