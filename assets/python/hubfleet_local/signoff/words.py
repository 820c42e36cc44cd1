"""What a form says, as a word for hubfleet; or why it says nothing."""

import base64

MOST_ATTACHED_BYTES = 5_000_000
_MOST_LETTERS = 4000


class Refused(Exception):
    """The form cannot be taken; its text is for the person."""


def word_of(field, files, sheet):
    """`field(name)`: a field's text, empty where it was left out. Answers the word and its attachment. @raises Refused"""
    kind = field("kind")
    if kind == "sign-off":
        reason = _text(field("reason"))
        return ({"kind": kind, **({"reason": reason} if reason else {})}, None)
    if kind == "objection":
        reason = _text(field("reason"))
        if not reason:
            raise Refused("Say why: those who made the bundle need to know what to mend.")
        return ({"kind": kind, "reason": reason}, None)
    if kind == "tick":
        return _tick(field("item"), files, sheet)
    if kind == "withdrawal":
        of = field("of")
        return ({"kind": kind, **({"of": of} if of else {})}, None)
    raise Refused("This form is none of this page. Open the page again.")


def _tick(item, files, sheet):
    asked = next((one for one in sheet["checklist"] if one["name"] == item), None)
    if asked is None:
        raise Refused("The checklist has no such item any more. Look at what it shows now.")
    attached = (files.get("attachment") or [None])[0]
    body = b"" if attached is None else attached["body"]
    if len(body) > MOST_ATTACHED_BYTES:
        raise Refused(f"The file has {len(body) / 1e6:.1f} MB, and 5 MB is the most. Attach a smaller picture.")
    if asked["needsAttachment"] and not body:
        raise Refused(f"“{item}” is ticked off with a file: choose the picture or page that you looked at.")
    word = {"kind": "tick", "item": item}
    return (word, base64.b64encode(body).decode() if body else None)


def _text(text):
    text = "".join(letter for letter in text if letter.isprintable() or letter == "\n").strip()
    if len(text) > _MOST_LETTERS:
        raise Refused(f"That is {len(text)} letters, and {_MOST_LETTERS} is the most.")
    return text
