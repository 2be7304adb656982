"""Strict readers of files from outside, without any knowledge of submissions."""
