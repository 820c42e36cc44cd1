"""What hubfleet announces for a while, as before servers are stopped. It ends by itself, whoever was to take it back."""

import html
from datetime import datetime, timezone

from .documents import Watched


class Notice:
    def __init__(self, path):
        self._file = Watched(path, empty={})

    def text(self):
        """Empty when there is none or its time is over."""
        notice = self._file.read()
        until = notice.get("until")
        if not until or datetime.fromisoformat(until.replace("Z", "+00:00")) < datetime.now(timezone.utc):
            return ""
        return html.escape(notice.get("text") or "")

    def beside(self, announcement):
        """In front of the announcement of the settings."""
        return "<br>".join(text for text in (self.text(), announcement) if text)
