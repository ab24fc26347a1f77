"""Templates are compiled once for all applications of a test run: each test makes its own application."""

from __future__ import annotations

from jinja2.bccache import Bucket, BytecodeCache

from portfolio.app import App


class CompiledOnce(BytecodeCache):
    """Templates compiled by one application of this process, for the next ones: each test makes its own."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template its code, if this same source was compiled before."""
        code = self.known.get((bucket.key, bucket.checksum))
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        self.known[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


def compile_templates_once() -> None:
    """Have every application made from here on in this process share what they compile."""
    App.jinja_options = {"bytecode_cache": CompiledOnce()}
