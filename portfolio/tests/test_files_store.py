"""The folder store: put, read, replaced and deleted; whole files only, and for this user alone."""

import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest

from portfolio.files import (
    FolderStore,
    MissingFile,
    Store,
)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "files")


def test_a_file_is_put_read_replaced_and_deleted(store: FolderStore) -> None:
    kept: Store = store
    key = uuid4().hex
    assert not kept.exists(key)
    with pytest.raises(MissingFile):
        kept.get(key)
    kept.put(key, b"een")
    kept.put(key, b"twee")
    assert kept.exists(key) and kept.get(key) == b"twee"
    kept.delete(key)
    kept.delete(key)
    assert not kept.exists(key)


@pytest.mark.parametrize(
    "key", ["", "a", "../../../../etc/passwd", "g" * 32, "A" * 32, "a" * 33, "a" * 32 + "\n", "/" * 32]
)
def test_a_key_that_is_no_id_is_an_error(store: FolderStore, key: str) -> None:
    with pytest.raises(ValueError, match="32 hex"):
        store.put(key, b"x")
    for act in (store.get, store.delete, store.exists):
        with pytest.raises(ValueError, match="32 hex"):
            act(key)
    assert not store.root.exists()


def test_only_this_user_can_read_what_is_stored(store: FolderStore) -> None:
    before = os.umask(0)
    try:
        store.put(uuid4().hex, b"x")
    finally:
        os.umask(before)
    for path in (store.root, *store.root.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_a_failed_write_leaves_the_old_file_and_no_rest(store: FolderStore) -> None:
    key = uuid4().hex
    store.put(key, b"oud")
    with pytest.raises(TypeError):
        store.put(key, "geen bytes")  # type: ignore[arg-type]
    assert store.get(key) == b"oud"
    assert [path for path in store.root.rglob("*") if path.is_file()] == [store._path(key)]


def test_a_killed_writer_leaves_a_whole_file_and_its_rest_is_swept(store: FolderStore) -> None:
    key = uuid4().hex
    program = (
        "import sys; from pathlib import Path; from portfolio.files import FolderStore\n"
        "store = FolderStore(Path(sys.argv[1])); store.put(sys.argv[2], b'0' * 3_000_000); print('ready', flush=True)\n"
        "while True:\n"
        "    for digit in (b'1', b'2'): store.put(sys.argv[2], digit * 3_000_000)\n"
    )
    for _ in range(3):
        with subprocess.Popen([sys.executable, "-c", program, str(store.root), key], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None and writer.stdout.readline() == b"ready\n"
            time.sleep(0.05)
            writer.kill()
        data = store.get(key)
        assert len(data) == 3_000_000 and len(set(data)) == 1
    (store.root / "incoming" / "rest").write_bytes(b"half")
    assert store.sweep() == 0
    assert store.sweep(older_than=-1) >= 1
    assert list((store.root / "incoming").iterdir()) == []
    assert store.exists(key)
