"""Kills while typing, ends and power cuts at each call of five acts. `LABORATORY=1` looks at every one."""
