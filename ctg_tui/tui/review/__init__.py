"""Avis: the review being written, the one received, and both beside the grid."""
