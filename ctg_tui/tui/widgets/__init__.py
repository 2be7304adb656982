"""What the screens are made of. No widget knows the base, the session or the formula."""
