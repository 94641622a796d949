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
        for path in warcs:
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
