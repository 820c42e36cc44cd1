"""Each plotting library of the image draws, and the picture is not blank."""

import base64
import importlib.util
import json
import os

from .children import run_python
from .kernels import KernelDied
from .png import decode, drawn_share
from .verdicts import Problem, Skip, Verdict, last_line

_DRAW = """
figure = plt.figure(figsize=(4, 3), dpi=100)
axes = figure.add_axes([0.15, 0.15, 0.75, 0.7])
axes.plot([0, 1, 2, 3], [0, 2, 1, 3])
axes.scatter([0.5, 1.5, 2.5], [2.5, 0.5, 2.0])
axes.bar([0, 1, 2, 3], [0.5, 1, 1.5, 0.5], width=0.4, alpha=0.5)
axes.set_title("a title of letters")
"""
_TO_FILE = f"""
import sys
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
{_DRAW}
figure.savefig(sys.argv[1], dpi=100)
"""
_INLINE = f"""
%matplotlib inline
%config InlineBackend.print_figure_kwargs = {{"bbox_inches": None}}
import matplotlib.pyplot as plt
{_DRAW}
plt.show()
"""

# Libraries whose pictures are drawn by the browser: what they hand to it must hold the data.
_SPECIFIED = {
    "bokeh": """
from bokeh.embed import file_html
from bokeh.plotting import figure
from bokeh.resources import INLINE
plot = figure(width=300, height=200)
plot.line([1, 2, 3], [31415, 2, 3])
html = file_html(plot, INLINE, "plot")
assert "31415" in html and '"Line"' in html, "the page holds no line"
page = html
""",
    "plotly": """
import plotly.graph_objects as objects
plot = objects.Figure(objects.Scatter(x=[1, 2, 3], y=[31415, 2, 3]))
page = plot.to_html(include_plotlyjs=False)
assert "31415" in plot.to_json() and "scatter" in page, "the specification holds no data"
""",
    "altair": """
import altair, json
chart = altair.Chart(altair.Data(values=[{"x": 1, "y": 31415}, {"x": 2, "y": 2}])).mark_line().encode(x="x:Q", y="y:Q")
page = json.dumps(chart.to_dict())
assert "31415" in page and "line" in page, "the specification holds no line"
""",
    "holoviews": """
import holoviews
backend = next(name for name in ("bokeh", "matplotlib", "plotly") if __import__("importlib.util").util.find_spec(name))
holoviews.extension(backend)
drawn = holoviews.render(holoviews.Curve([(1, 31415), (2, 2)]), backend=backend)
assert drawn is not None, "nothing was drawn"
page = f"{backend}: {drawn}"
""",
}
_KEEP_PAGE = """
import sys
open(sys.argv[1], "w").write(page)
"""


def check(wanted, directory, session):
    said = []
    if importlib.util.find_spec("matplotlib") is not None:
        said.append(_to_file(directory, wanted["limit"]))
        said.append(_inline(directory, session, wanted["limit"]))
    for name, code in _SPECIFIED.items():
        if importlib.util.find_spec(name) is not None:
            said.append(_specified(name, code, directory, wanted["limit"]))
    if not said:
        raise Skip("the image has no plotting library that is known here (matplotlib, bokeh, plotly, altair, holoviews)")
    said = [words for words in said if words]
    return Verdict("passed", f"drawn and not blank: {', '.join(said)}", "\n".join(said))


def judge(data, what):
    """The drawn area and the title above it hold something."""
    try:
        picture = decode(data)
    except ValueError as error:
        raise Problem(f"{what}: {error}") from error
    # Inside of the frame, so that a frame around nothing does not count.
    area = picture.part(0.2, 0.25, 0.85, 0.8)
    if len(area) < 3 or drawn_share(area) < 0.02:
        raise Problem(f"{what}: the picture is blank: {len(area)} colours, {drawn_share(area):.1%} of the area drawn")
    title = picture.part(0.1, 0.02, 0.9, 0.14)
    if drawn_share(title) < 0.005:
        raise Problem(f"{what}: no letters are drawn: its title is blank")
    return len(area)


def _to_file(directory, limit):
    path = os.path.join(directory, "matplotlib.png")
    ended = run_python(_TO_FILE, limit, path)
    if ended.status != 0:
        raise Problem(f"matplotlib {ended.in_words()}: {last_line(ended.output)}", ended.output)
    with open(path, "rb") as file:
        return f"matplotlib ({judge(file.read(), 'matplotlib')} colours)"


def _inline(directory, session, limit):
    try:
        kernel = session.kernel(limit)
    except Skip:
        return ""
    try:
        answer = kernel.run(_INLINE, limit)
    except (TimeoutError, KernelDied) as error:
        raise Problem(f"matplotlib in a kernel: {error}", kernel.words()) from error
    if answer.error is not None:
        raise Problem(f"matplotlib in a kernel: {answer.error['ename']}: {answer.error['evalue']}", json.dumps(answer.error))
    pictures = answer.images()
    if not pictures:
        raise Problem("matplotlib in a kernel shows no picture", f"{answer.outputs}\n{kernel.words()}")
    data = base64.b64decode(pictures[0])
    with open(os.path.join(directory, "inline.png"), "wb") as file:
        file.write(data)
    return f"inline ({judge(data, 'matplotlib in a kernel')} colours)"


def _specified(name, code, directory, limit):
    path = os.path.join(directory, f"{name}.{'json' if name == 'altair' else 'html'}")
    ended = run_python(code + _KEEP_PAGE, limit, path)
    if ended.status != 0:
        raise Problem(f"{name} {ended.in_words()}: {last_line(ended.output)}", ended.output)
    return name
