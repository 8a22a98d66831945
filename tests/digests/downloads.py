"""Fetching the files of a digest, and reading them as people do."""

import contextvars
from io import BytesIO

from docx import Document as read_docx
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from tests.kit.client import PageClient

DOCX, XLSX, CSV, JSON_FILE = NAMES = ("digest.docx", "digest.xlsx", "digest.csv", "analysis-check-input.json")


def opened(client: PageClient, path: str) -> TestResponse:
    """The answer to a GET in a context of its own, whatever it is; read and closed."""
    response: TestResponse = contextvars.Context().run(client.browser.get, path)
    with response:
        response.get_data()
    return response


def fetched(client: PageClient, digest_id: str, name: str) -> bytes:
    """The content of a file that the client may read."""
    response = opened(client, f"/desk/digests/{digest_id}/files/{name}")
    assert response.status_code == 200
    return response.data


def words(content: bytes, name: str) -> str:
    """Everything that a person can read in the file `name`."""
    if name in (JSON_FILE, CSV):
        return content.decode()
    if name == DOCX:
        document = read_docx(BytesIO(content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    sheets = load_workbook(BytesIO(content)).worksheets
    return "\n".join(
        str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row
    )
