#!/usr/bin/env python3
"""Draws overload.svg from overload.tsv: `overload.py --record` measures, this draws. The same figures
always give the same picture."""
import collections
import csv
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
CAPACITY, TOP, LEARN = 40, 80, 45
ORIGINS = {"silent": "says only 503", "told": "429 with Retry-After: 1",
           "shared": "503, four names for one origin", "queueing": "refuses nothing, queues"}
CLIENTS = {"naive": ("a naive retrier", 150), "frontierd": ("frontierd", 520)}
LEFT, TITLE, ROW, PLOT, BETWEEN = 44, 64, 132, 92, 46
SERVED, REFUSED, INK, FAINT = "#1f6f8b", "#c8553d", "#222222", "#d9d9d9"


def read():
    found = collections.defaultdict(list)
    with open(HERE / "overload.tsv", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            found[row["client"], row["origin"]].append((int(row["served"]), int(row["refused"])))
    return found


def text(x, y, words, size=11, anchor="start", colour=INK, weight="normal"):
    return (f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}" '
            f'font-weight="{weight}">{words}</text>')


def line(points, colour):
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>'


def rule(x1, y1, x2, y2, colour=FAINT, dash=""):
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
            f'stroke-width="1"{dashed}/>')


def panel(x, y, width, rows, learnt):
    def at(value):
        return y + PLOT * (1 - min(value, TOP) / TOP)

    def points(column):
        return [(x + (i + 0.5) * width / len(rows), at(row[column])) for i, row in enumerate(rows)]
    out = [rule(x, at(value), x + width, at(value)) for value in (0, 20, 60, TOP)]
    out += [text(x - 6, at(value) + 4, str(value), 10, "end") for value in (0, 40, TOP)]
    out += [rule(x, at(CAPACITY), x + width, at(CAPACITY), INK, "4 3")]
    step = 4 if len(rows) < 20 else 15
    out += [text(x + second * width / len(rows), y + PLOT + 14, f"{second} s", 10, "middle")
            for second in range(0, len(rows) + 1, step)]
    if learnt:
        edge = x + LEARN * width / len(rows)
        out += [rule(edge, y, edge, y + PLOT, INK, "1 3")]
    return out + [line(points(1), REFUSED), line(points(0), SERVED)]


def draw(found):
    width = LEFT + sum(wide for _, wide in CLIENTS.values()) + BETWEEN + 16
    height = TITLE + ROW * len(ORIGINS) + 8
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
           f'height="{height}" font-family="sans-serif">',
           f'<rect width="{width}" height="{height}" fill="#ffffff"/>']
    x = LEFT
    for client, (words, wide) in CLIENTS.items():
        out.append(text(x, 20, words, 14, weight="bold"))
        if client == "frontierd":
            out.append(text(x + LEARN * wide / 90 + 4, 20, "measured from here on", 10))
        for i, (origin, said) in enumerate(ORIGINS.items()):
            y = TITLE + ROW * i
            out += panel(x, y, wide, found[client, origin], client == "frontierd")
            if client == "frontierd":
                out.append(text(x, y - 8, f"{origin}: {said}", 11))
        x += wide + BETWEEN
    out += [text(LEFT, 40, "served a second", 11, colour=SERVED),
            text(LEFT + 90, 40, "refused a second, cut at 80", 11, colour=REFUSED),
            text(LEFT + 250, 40, "- - what the origin can serve", 11), "</svg>"]
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    (HERE / "overload.svg").write_text(draw(read()))
