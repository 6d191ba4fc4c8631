"""Plain: a value becomes a shape, and what pydantic complains of becomes plain sentences."""

from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.content.marks import Tree, Where, suggest

Shape = TypeVar("Shape", bound=BaseModel)


def shaped(tree: Tree, at: Where, shape: type[Shape], data: object) -> Shape | None:
    """The value at one place as a shape, or None with the mistakes noted in plain words."""
    try:
        return shape.model_validate(data)
    except ValidationError as wrong:
        _note(tree, at, shape, wrong.errors(include_url=False))
        return None


def _note(tree: Tree, at: Where, shape: type[BaseModel], errors: list[ErrorDetails]) -> None:
    placed = [(tree.find((*at, *error["loc"])), error) for error in errors]
    kinds: dict[Where, list[str]] = {}
    for where, error in placed:
        if not _wrong_kind(error):
            at_name = error["type"] == "extra_forbidden" or error["loc"][-1:] == ("[key]",)
            tree.wrong(where, _plain(error, shape), at_name=at_name)
        elif not any(_says_more(other, where, told) for other, told in placed):
            kinds.setdefault(where, []).append(_plain(error, shape))
    for where, texts in kinds.items():
        tree.wrong(where, " or ".join(dict.fromkeys(texts)))


def _wrong_kind(error: ErrorDetails) -> bool:
    return error["type"].endswith("_type")


def _says_more(other: Where, where: Where, told: ErrorDetails) -> bool:
    """Of "a text or a map" pydantic tells both complaints; the one that looked inside is meant."""
    return other[: len(where)] == where and (len(other) > len(where) or not _wrong_kind(told))


PLAIN = {
    "int": "write a whole number",
    "float": "write a number",
    "bool": "write yes or no",
    "string_too_short": "write at least {min_length} characters",
    "string_too_long": "write at most {max_length} characters",
    "string_type": 'write one text here, in "quotes" when it begins with {{ or [',
    "list": "write a list, each line beginning with “- ”",
    "tuple": "write a list, each line beginning with “- ”",
    "set": "write a list, each line beginning with “- ”",
    "dict": "write lines such as “name: text”",
    "datetime": "write a date and a time such as 2027-03-01 08:30",
    "date": "write a date such as 2027-03-01",
    "time_delta": "write a length of time such as 01:30:00",
    "time": "write a time such as 08:30",
    "too_short": "write at least {min_length}",
    "too_long": "write at most {max_length}",
    "greater_than_equal": "write {ge} or more",
    "greater_than": "write more than {gt}",
    "less_than_equal": "write {le} or less",
    "less_than": "write less than {lt}",
}


def _plain(error: ErrorDetails, shape: type[BaseModel]) -> str:
    """The mistake as a short sentence that says what is allowed."""
    kind, loc, given = error["type"], error["loc"], error["input"]
    if kind == "missing":
        return f"“{loc[-1]}” is missing here"
    if kind == "extra_forbidden":
        return f"unknown word “{loc[-1]}”" + suggest(str(loc[-1]), _fields(shape, loc[:-1]))
    text = _allowed(error, shape)
    if given is None:
        return f"nothing is written here; {text}"
    return f"{text} (it says “{given}”)" if isinstance(given, str) and given else text


def _allowed(error: ErrorDetails, shape: type[BaseModel]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind in ("value_error", "assertion_error"):
        return str(context["error"])
    if kind in ("literal_error", "enum"):
        return "choose " + str(context["expected"]).replace("'", "")
    if kind == "model_type":
        return "write {" + ", ".join(f"{name}: …" for name in _fields(shape, error["loc"])) + "}"
    plain = next((text for prefix, text in PLAIN.items() if kind.startswith(prefix)), None)
    return plain.format(**context) if plain else error["msg"]


def _fields(shape: type[BaseModel], loc: Where) -> list[str]:
    """The names that may stand in the map at one place of a shape."""
    models: list[type[BaseModel]] = [shape]
    for part in loc:
        fields = [model.model_fields[str(part)] for model in models if part in model.model_fields]
        inner = [model for each in fields for model in _models(each.annotation)]
        models = inner or models  # a list's number or a branch of “this or that” is no field
    return list(dict.fromkeys(name for model in models for name in model.model_fields))


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)]
