"""The fictional demo world: its texts and pictures, and what loads them into an empty database."""
