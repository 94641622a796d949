#!/usr/bin/env python3
"""Asks warcio, a WARC reader that knows nothing of ours, whether it accepts what we write.

usage: warc_check.py ARCHIVE_SAMPLE

Runs the generator, then checks that `warcio check` is content with every file and that reading them
with warcio's library gives back the same payloads, pairs and truncation marks.
"""
import os
import subprocess
import sys
import tempfile

try:
    from warcio.archiveiterator import ArchiveIterator
except ImportError:
    sys.exit("warc_check.py: this Python has no warcio: run tools/test, or install "
             "tests/requirements.txt and configure with -DFRONTIERD_PYTHON=<that python>")


def check(condition, message):
    if not condition:
        sys.exit(f"warc_check.py: {message}")


def read_expected(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            url, body, truncated = line.rstrip("\n").split("\t")
            with open(body, "rb") as payload:
                yield url, (payload.read(), truncated)


def check_revisits(path):
    """A page, the same page again, a 304: both refer to the first, and have no payload of their own."""
    found = {"response": [], "revisit": []}
    with open(path, "rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            if record.rec_type in found:
                found[record.rec_type].append((record.rec_headers, record.raw_stream.read()))
    check([len(found[kind]) for kind in ("response", "revisit")] == [1, 2], f"records of {path}")
    original = found["response"][0][0]
    profiles = []
    for head, payload in found["revisit"]:
        for name, of in (("Refers-To", "Record-ID"), ("Refers-To-Date", "Date"),
                         ("Refers-To-Target-URI", "Target-URI"), ("Payload-Digest", "Payload-Digest")):
            check(head.get_header("WARC-" + name) == original.get_header("WARC-" + of), f"WARC-{name}")
        check(payload == b"", "a revisit record has a payload")
        profiles.append(head.get_header("WARC-Profile").rsplit("/", 1)[1])
    check(profiles == ["identical-payload-digest", "server-not-modified"], f"profiles {profiles}")


def read_file(path, responses, requests):
    types = []
    with open(path, "rb") as stream:
        records = ArchiveIterator(stream, check_digests="raise")
        for record in records:
            head = record.rec_headers
            types.append(record.rec_type)
            content = record.raw_stream.read()
            if record.rec_type == "response":
                responses[head.get_header("WARC-Target-URI")] = (
                    content, head.get_header("WARC-Truncated") or "",
                    head.get_header("WARC-Record-ID"))
            elif record.rec_type == "request":
                requests[head.get_header("WARC-Concurrent-To")] = record
                secret = record.http_headers.get_header("Authorization")
                check(secret == "[redacted]", f"a secret reached {path}: {secret}")
        check(records.err_count == 0, f"warcio found {records.err_count} faults in {path}")
    check(types[0] == "warcinfo", f"{path} begins with a {types[0]} record")


def main(generator):
    with tempfile.TemporaryDirectory(prefix="frontierd-warc-") as directory:
        subprocess.run([generator, directory], check=True)
        warcs = sorted(os.path.join(directory, "warc", name)
                       for name in os.listdir(os.path.join(directory, "warc")))
        check(len(warcs) >= 3, f"expected a rotation and a wreck, found {warcs}")
        check(all(name.endswith(".warc.gz") for name in warcs), f"unclosed files in {warcs}")
        told = subprocess.run([sys.executable, "-m", "warcio.cli", "check", *warcs],
                              capture_output=True, text=True)
        check(told.returncode == 0 and not told.stdout and not told.stderr,
              f"warcio check: exit {told.returncode}\n{told.stdout}{told.stderr}")
        responses, requests = {}, {}
        revisits = [path for path in warcs if "/revisits-" in path]
        check(len(revisits) == 1, f"files with revisits: {revisits}")
        check_revisits(revisits[0])
        for path in (path for path in warcs if path not in revisits):
            read_file(path, responses, requests)
        expected = dict(read_expected(os.path.join(directory, "expected.tsv")))
        check(responses.keys() == expected.keys(), f"records of {sorted(responses)}")
        for url, (payload, truncated) in expected.items():
            check(responses[url][0] == payload, f"{url}: the payload differs")
            check(responses[url][1] == truncated, f"{url}: WARC-Truncated {responses[url][1]}")
        unpaired = [url for url, found in responses.items() if found[2] not in requests]
        check(unpaired == ["http://example.org/page"], f"responses without a request: {unpaired}")
        print(f"warcio accepts {len(warcs)} files with {len(responses)} responses")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
