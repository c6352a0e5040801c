# SPDX-License-Identifier: MIT
"""A picture (SVG) of what a program writes on a terminal, with its colours.

    ansi_svg.picture("\\x1b[32myes\\x1b[0m\\n", title="a word in green")

The window is dark on every page, and each piece of text is held to the columns that it has on a terminal,
whatever font is there.
"""
import re
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT, _SIZE, _MARGIN = 8.4, 18, 14, 16    # of a character, a line, the font; around the text
_BACKGROUND, _BORDER, _PLAIN = "#161b22", "#30363d", "#d0d7de"
_STYLES = {     # select graphic rendition (ECMA-48, 8.3.117): attributes of the text
    0: None, 1: {"font-weight": "bold"}, 2: {"fill": "#8b949e"}, 31: {"fill": "#ff7b72"}, 32: {"fill": "#3fb950"},
    33: {"fill": "#d29922"}, 35: {"fill": "#d2a8ff"}, 36: {"fill": "#79c0ff"},
}


def runs(line, style):
    """[(column, text, style)] of one line, without blanks around each text; and the style after it."""
    found, column = [], 0
    for piece in re.split(r"(\x1b\[[\d;]*m)", line):
        if piece.startswith("\x1b"):
            for code in piece[2:-1].split(";"):
                style = {} if int(code or 0) == 0 else style | _STYLES[int(code)]
            continue
        for word in re.finditer(r"\S+(?: \S+)*", piece):
            found.append((column + word.start(), word.group(), style))
        column += len(piece)
    return found, style


def picture(text, title):
    """The SVG document."""
    lines, style = [], {}
    for line in text.splitlines():
        found, style = runs(line, style)
        lines.append(found)
    columns = max(column + len(word) for found in lines for column, word, _ in found)
    width, height = round(columns * _WIDTH + 2 * _MARGIN), len(lines) * _HEIGHT + 2 * _MARGIN
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
           f'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace" '
           f'font-size="{_SIZE}" fill="{_PLAIN}">', f"<title>{escape(title)}</title>",
           f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8" fill="{_BACKGROUND}" stroke="{_BORDER}"/>']
    for number, found in enumerate(lines):
        y = _MARGIN + number * _HEIGHT + _SIZE
        for column, word, look in found:
            attributes = "".join(f' {name}="{value}"' for name, value in look.items())
            out.append(f'<text x="{_MARGIN + column * _WIDTH:.1f}" y="{y}" textLength="{len(word) * _WIDTH:.1f}" '
                       f'lengthAdjust="spacingAndGlyphs" xml:space="preserve"{attributes}>{escape(word)}</text>')
    return "\n".join([*out, "</svg>"]) + "\n"
