"""What a check ends in."""

from dataclasses import dataclass, field


class Skip(Exception):
    """There is nothing to check in this image; the words say why."""


class Problem(Exception):
    """The image failed; the words say how, `output` holds all that was said."""

    def __init__(self, summary, output=""):
        super().__init__(summary)
        self.output = output


@dataclass
class Verdict:
    result: str
    summary: str
    output: str = ""
    figures: dict = field(default_factory=dict)

    def as_json(self):
        summary = " ".join(self.summary.split())
        return {
            "result": self.result,
            "summary": summary if len(summary) <= 300 else f"{summary[:299]}…",
            "output": self.output,
            "figures": self.figures,
        }


def first_line(text):
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def last_line(text):
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
