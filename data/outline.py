#!/usr/bin/env python3
"""Makes the outline of the console's map from Natural Earth's countries.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python3 data/outline.py package/countries-110m.json > src/console/web/world.json

Rings of land and lines of borders in tenths of a degree, each as its first longitude and latitude
and then differences. Antarctica is left out. Reads one file, writes to standard output.
"""
import json
import sys

SCALE = 10
ANTARCTIC = -60.0


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        topology = json.load(file)
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)

    def polygons(geometry):
        if geometry["type"] == "Polygon":
            return [geometry["arcs"]]
        return geometry["arcs"] if geometry["type"] == "MultiPolygon" else []

    def ring(numbers):
        points = []
        for number in numbers:
            part = arcs[number] if number >= 0 else arcs[~number][::-1]
            points.extend(part if not points else part[1:])
        return points

    land = [ring(r) for g in topology["objects"]["land"]["geometries"] for p in polygons(g) for r in p]
    used = {}
    for country in topology["objects"]["countries"]["geometries"]:
        own = {n if n >= 0 else ~n for p in polygons(country) for r in p for n in r}
        for number in own:
            used[number] = used.get(number, 0) + 1
    borders = [arcs[number] for number, times in sorted(used.items()) if times > 1]

    out = {
        "source": "Natural Earth 1:110m, public domain",
        "scale": SCALE,
        "land": [packed(points, 3) for points in land if max(p[1] for p in points) > ANTARCTIC],
        "borders": [packed(points, 2) for points in borders],
    }
    out["land"] = [line for line in out["land"] if line]
    out["borders"] = [line for line in out["borders"] if line]
    json.dump(out, sys.stdout, separators=(",", ":"))
    print()


def packed(points, least):
    """Differences of rounded points; empty where fewer than `least` are left."""
    rounded, turn, before = [], 0, None
    for x, y in points:
        # What crosses the date line goes on beyond it.
        if before is not None and abs(x - before) > 180:
            turn += 360 if x < before else -360
        before = x
        x += turn
        point = (round(x * SCALE), round(y * SCALE))
        if not rounded or rounded[-1] != point:
            rounded.append(point)
    if len(rounded) < least:
        return []
    flat, last = [], (0, 0)
    for x, y in rounded:
        flat += [x - last[0], y - last[1]]
        last = (x, y)
    return flat


if __name__ == "__main__":
    main()
