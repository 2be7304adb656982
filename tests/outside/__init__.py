"""What the program promises, seen from outside: keys, commands and files, and no name of its code."""
