"""Every form of the portal, found by opening every page, and sent as a browser would send it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

from tests.kit.client import Page, PageClient, values_of

FORM_TYPE = "application/x-www-form-urlencoded"
# What a field takes that is not for words, by the type of its control.
_FITTING = {"date": "2026-11-20", "number": "7", "email": "a@example.org", "time": "10:00"}
_UNTYPED = {"hidden", "checkbox", "radio", "file", "submit", "button", "image", "reset"}
_OPTIONS_TRIED = 4


@dataclass
class FoundForm:
    """A form as it stood on a page: where it goes, what it would send if sensibly filled in, what can be typed or chosen."""

    role: str
    method: str
    action: str
    values: dict[str, Any]
    typed: list[str]
    options: dict[str, list[str]]

    @property
    def shape(self) -> tuple[Any, ...]:
        """Forms of one shape are one form."""
        return (self.method, urlsplit(self.action).path, tuple(self.typed), tuple(self.options))

    @property
    def untyped(self) -> list[str]:
        """Names of the fields that no person types into, the token apart."""
        return sorted({*self.values, *self.options} - {*self.typed, "csrf_token"})

    def filled(self, turn: int) -> dict[str, Any]:
        """Values to send; each `turn` chooses the next of what can be chosen."""
        picked = {name: values[turn % len(values)] for name, values in self.options.items()}
        return {**self.values, **picked}


def forms_on(page: Page, role: str) -> Iterator[FoundForm]:
    """The forms of a page."""
    assert page.response.request is not None
    here = page.response.request.full_path.rstrip("?")
    for tag in page.soup.select("form"):
        typed = {str(one["name"]): one for one in tag.select("input[name], textarea[name]") if _is_typed(one)}
        values = values_of(tag)
        for name, control in typed.items():
            values[name] = values.get(name) or _FITTING.get(str(control.get("type")), "合适的内容")
        # A button, or a field while somebody types (htmx), may send the same form elsewhere.
        elsewhere = [str(one["formaction"]).partition("#")[0] for one in tag.select("button[formaction]")]
        elsewhere += [str(one["hx-post"]) for one in tag.select("[hx-post]")]
        for action in dict.fromkeys([str(tag.get("action") or here), *elsewhere]):
            yield FoundForm(
                role=role,
                method=str(tag.get("method", "get")).upper(),
                action=action,
                values=values,
                typed=list(typed),
                options=_options(tag),
            )


def once(forms: Iterable[FoundForm]) -> list[FoundForm]:
    """Each shape once."""
    found: dict[tuple[Any, ...], FoundForm] = {}
    for form in forms:
        found.setdefault(form.shape, form)
    return list(found.values())


def send(client: PageClient, form: FoundForm, values: dict[str, Any]) -> TestResponse:
    """Send `values` to where `form` goes, lone surrogates and all."""
    encoded = urlencode(values, doseq=True, encoding="utf-8", errors="surrogatepass")
    if form.method == "GET":
        return client._open(urlsplit(form.action).path, query_string=encoded)
    return client._open(form.action, method="POST", data=encoded, content_type=FORM_TYPE)


def kept_on(response: TestResponse, form: FoundForm) -> dict[str, str]:
    """What the typed fields of `form` hold on the page that came back, passwords apart; empty where it is not there."""
    soup = BeautifulSoup(response.get_data(as_text=True), "html.parser")
    for tag in soup.select("form"):
        names = {str(one["name"]) for one in tag.select("[name]")}
        if set(form.typed) <= names and str(tag.get("method", "get")).upper() == form.method:
            secret = {str(one["name"]) for one in tag.select('input[type="password"]')}
            values = values_of(tag)
            return {name: str(values.get(name, "")) for name in form.typed if name not in secret}
    return {}


def _is_typed(control: Tag) -> bool:
    return control.name == "textarea" or str(control.get("type", "text")) not in _UNTYPED


def _options(form: Tag) -> dict[str, list[str]]:
    """What can be chosen: radio buttons, the first entries of lists, ticks, and buttons that carry a value."""
    found: dict[str, list[str]] = {}
    for control in form.select("input[name], button[name]"):
        kind = control.get("type")
        if kind in ("radio", "checkbox") or (control.name == "button" and control.get("value")):
            found.setdefault(str(control["name"]), []).append(str(control.get("value", "on")))
    for control in form.select("select[name]"):
        values = [str(option.get("value", option.get_text())) for option in control.select("option")]
        found[str(control["name"])] = values[:_OPTIONS_TRIED]
    return {name: values for name, values in found.items() if values}
