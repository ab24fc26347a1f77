"""The sections of the portfolio itself: shaped like plugins, always on."""
