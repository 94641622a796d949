#!/usr/bin/env python3
"""Compares classified responses with their labels.

    classify_jsonl < labels.jsonl > got.jsonl
    evaluate.py labels.jsonl got.jsonl [--all]

A label line has id, label, acceptable, scope, retry_after_seconds; a got line what `frontierctl
classify --jsonl` prints. Prints the shares, a table by class, and every miss.
"""
import argparse
import collections
import json


def read_lines(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def wait_is_right(want, got):
    asked = got["retry_after_seconds"]
    if asked == want.get("retry_after_seconds"):
        return True
    return asked in want.get("retry_after_acceptable", [])


def share(part, whole):
    return f"{part} of {whole} ({100 * part / whole:.1f} %)" if whole else "0 of 0"


def print_table(pairs):
    classes = sorted({want["label"] for want, _ in pairs} | {got["class"] for _, got in pairs})
    print(f"\n{'class':<16}{'cases':>6}{'precision':>11}{'recall':>8}")
    for name in classes:
        labelled = sum(want["label"] == name for want, _ in pairs)
        given = sum(got["class"] == name for _, got in pairs)
        both = sum(want["label"] == name == got["class"] for want, got in pairs)
        precision = f"{both / given:.3f}" if given else "-"
        recall = f"{both / labelled:.3f}" if labelled else "-"
        print(f"{name:<16}{labelled:>6}{precision:>11}{recall:>8}")


def faults(want, got):
    found = []
    if got["class"] != want["label"]:
        inside = got["class"] in want["acceptable"]
        found.append("class " + want["label"] + (" ~ " if inside else " ! ") + got["class"])
    if got["scope"] != want["scope"]:
        found.append("scope " + want["scope"] + " ! " + got["scope"])
    if not wait_is_right(want, got):
        found.append(f"wait {want.get('retry_after_seconds')} ! {got['retry_after_seconds']}")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels")
    parser.add_argument("got")
    parser.add_argument("--all", action="store_true", help="list scope misses too")
    arguments = parser.parse_args()
    by_id = {got["id"]: got for got in read_lines(arguments.got)}
    pairs = [(want, by_id[want["id"]]) for want in read_lines(arguments.labels)]

    counts = collections.Counter()
    for want, got in pairs:
        counts["exact"] += got["class"] == want["label"]
        counts["acceptable"] += got["class"] in want["acceptable"]
        counts["scope"] += got["scope"] == want["scope"]
        counts["wait"] += wait_is_right(want, got)
        counts["vendor"] += got["vendor"] == want.get("vendor")
        counts["real"] += want["label"] == "fetched"
        counts["misjudged"] += want["label"] == "fetched" and got["class"] != "fetched"
    for name in ("exact", "acceptable", "scope", "wait", "vendor"):
        print(f"{name:<12}{share(counts[name], len(pairs))}")
    print(f"{'real pages':<12}{counts['misjudged']} of {counts['real']} called anything else")
    print_table(pairs)
    print()
    for want, got in pairs:
        found = faults(want, got)
        if any(not fault.startswith("scope") for fault in found) or (found and arguments.all):
            print(f"{want['id']:<34}{'; '.join(found)}  by {got['evidence'][0]['rule']}")


if __name__ == "__main__":
    main()
