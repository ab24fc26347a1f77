"""Add, show, answer for and remove the files of an entry."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash, g, request

from portfolio.access import KEEP, PERSON, WRITE, needs
from portfolio.entries import attaching
from portfolio.entries.blueprint import ENTRY, blueprint
from portfolio.entries.page_views import render_entry
from portfolio.entries.snapshot_files import HandedFile, read_bytes
from portfolio.entries.snapshots import get_handed_file
from portfolio.errors import NotVisible, Refused
from portfolio.filenames import name_hint, safe_filename
from portfolio.files import MissingFile, RefusedFile, inspect_upload, serving_headers
from portfolio.i18n import gettext as _
from portfolio.web import see, takes_upload, this_app, this_scope


@blueprint.post(ENTRY + "/files")
@needs(WRITE)
@takes_upload("upload_bytes")
def add_file(portfolio: uuid.UUID, section: str, entry: uuid.UUID) -> Any:
    """Add a file: looked into, cleaned and stored before the transaction begins."""
    app, scope = this_app(), this_scope()
    upload = request.files.get("file")
    typed = {"alt": request.form.get("alt", ""), "pupils": request.form.get("pupils", "")}
    try:
        if upload is None or not upload.filename:
            raise Refused({"file": _("Choose a file first.")})
        if typed["pupils"] not in attaching.ANSWERS:
            raise Refused({"pupils": _("Answer this first: it decides whether the file can be shared.")})
        data = upload.stream.read(app.settings.upload_bytes + 1)
        accepted = inspect_upload(data, upload.filename, max_bytes=app.settings.upload_bytes)
        key = attaching.put_bytes(app.database, app.store, accepted.data, scope.now)
        attaching.add_file(
            scope,
            entry,
            key,
            accepted,
            safe_filename(upload.filename, accepted.extension),
            most=app.settings.portfolio_bytes,
            **typed,
        )
    except RefusedFile as error:
        return render_entry(g.entry, errors={"file": str(error.message)}, typed=typed), 422
    except Refused as error:
        return render_entry(g.entry, errors=error.errors, typed=typed), 422
    if name_hint(upload.filename):
        flash(
            _("The name of this file may name a pupil or a class. Remove it and add it under another name?"), "warning"
        )
    flash(_("The file is added."), "success")
    return see("entries.read", portfolio=portfolio, section=section, entry=entry, _anchor="files")


@blueprint.post(ENTRY + "/files/<uuid:file>")
@needs(KEEP)
def change_file(portfolio: uuid.UUID, section: str, entry: uuid.UUID, file: uuid.UUID) -> Any:
    """Answer the question about pupils again, or remove the file."""
    try:
        if request.form.get("do") == "remove":
            attaching.remove_file(this_scope(), entry, file)
        else:
            attaching.answer_pupils(this_scope(), entry, file, request.form.get("pupils", ""))
    except Refused as error:
        return render_entry(g.entry, errors=error.errors), 422
    return see("entries.read", portfolio=portfolio, section=section, entry=entry, _anchor="files")


@blueprint.get("/files/<uuid:file>")
@needs(PERSON)
def file(file: uuid.UUID) -> Response:
    """A file's bytes, with headers that keep it from acting as a page of ours."""
    found = attaching.get_file(this_scope(), file)
    try:
        return _serve(this_app().store.get(found.id.hex), found)
    except MissingFile as error:
        raise NotVisible(str(file)) from error


@blueprint.get("/files/handed-over/<uuid:file>")
@needs(PERSON)
def handed_file(file: uuid.UUID) -> Response:
    """The same of a file that was handed over with a snapshot."""
    found = get_handed_file(this_scope(), file)
    try:
        return _serve(read_bytes(this_app().store, found), found)
    except MissingFile as error:
        raise NotVisible(str(file)) from error


def _serve(data: bytes, found: attaching.File | HandedFile) -> Response:
    response = Response(data, mimetype=found.media_type)
    for name, value in serving_headers(found.media_type, found.filename).items():
        response.headers[name] = value
    return response
