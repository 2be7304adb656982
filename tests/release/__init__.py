"""What a release is made of: programs that `make` and the release workflow run, and their tests."""
