"""ctg-tui: the yearly self-assessment of a *chargé de coopération CTG*, at the keyboard, offline."""

__version__ = "0.1.0"
