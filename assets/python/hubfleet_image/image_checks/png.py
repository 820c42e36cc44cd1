"""Reads the pixels of a PNG picture as plotting libraries write it, with the standard library alone."""

import struct
import zlib
from collections import Counter

_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}


class Picture:
    """`rows` holds, for each row from the top, one tuple of channels a pixel."""

    def __init__(self, width, height, rows):
        self.width, self.height, self.rows = width, height, rows

    def part(self, left, top, right, bottom):
        """The colours and how often each is there, in a part given as fractions of width and height from the top left."""
        columns = slice(int(left * self.width), int(right * self.width))
        counts = Counter()
        for row in self.rows[int(top * self.height) : int(bottom * self.height)]:
            counts.update(row[columns])
        return counts


def drawn_share(counts):
    """Which share of the pixels differs from the commonest colour."""
    total = sum(counts.values())
    return 0.0 if total == 0 else 1 - max(counts.values()) / total


def decode(data):
    """@raises ValueError for what is no such PNG"""
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("it is no PNG")
    header, body = None, b""
    position = 8
    while position + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[position : position + 8])
        content = data[position + 8 : position + 8 + length]
        if kind == b"IHDR":
            header = struct.unpack(">IIBBBBB", content)
        elif kind == b"IDAT":
            body += content
        position += 12 + length
    if header is None:
        raise ValueError("it has no header")
    width, height, depth, color, _, _, interlace = header
    if depth != 8 or interlace or color not in _CHANNELS:
        raise ValueError(f"its kind is not known here: {depth} bits, colour type {color}, interlace {interlace}")
    return Picture(width, height, _rows(zlib.decompress(body), width, height, _CHANNELS[color]))


def _rows(raw, width, height, channels):
    length = width * channels
    before = bytearray(length)
    rows = []
    for number in range(height):
        start = number * (length + 1)
        line = bytearray(raw[start + 1 : start + 1 + length])
        _undo(raw[start], line, before, channels)
        rows.append(list(zip(*(line[channel::channels] for channel in range(channels)))))
        before = line
    return rows


def _undo(kind, line, before, channels):
    """PNG's filters (ISO/IEC 15948, clause 9)."""
    if kind == 0:
        return
    if kind == 2:
        line[:] = bytes((one + other) & 255 for one, other in zip(line, before))
        return
    for index in range(len(line)):
        left = line[index - channels] if index >= channels else 0
        up = before[index]
        if kind == 1:
            add = left
        elif kind == 3:
            add = (left + up) // 2
        else:
            corner = before[index - channels] if index >= channels else 0
            add = _paeth(left, up, corner)
        line[index] = (line[index] + add) & 255


def _paeth(left, up, corner):
    guess = left + up - corner
    by_left, by_up, by_corner = abs(guess - left), abs(guess - up), abs(guess - corner)
    if by_left <= by_up and by_left <= by_corner:
        return left
    return up if by_up <= by_corner else corner
