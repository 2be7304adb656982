"""The interface, in French: the only place that knows Textual."""
