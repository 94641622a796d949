"""A real site: nginx and Apache serve Debian's own documentation over several host names. Every URL is
seeded; afterwards each is done or dropped for a true reason, and the origins saw a polite client."""
import collections
import gzip
import pathlib

import harness
from warcio.archiveiterator import ArchiveIterator

DOCS = pathlib.Path("/usr/share/doc/postgresql-doc-15/html")
MORE = pathlib.Path("/usr/share/doc/apache2-doc/manual/en")
GAP = 0.02


def html_files(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.html"))


def nginx_body(port, folder):
    (folder / "robots-bar").mkdir()
    (folder / "robots-bar" / "robots.txt").write_text("User-agent: *\nDisallow: /sql-\nAllow: /sql-select.html\n")
    (folder / "robots-none").mkdir()
    servers = []
    for name, extra in (
            ("docs-a", ""),
            ("docs-b", f"location = /robots.txt {{ root {folder}/robots-bar; }}"),
            ("docs-c", "location = /robots.txt { return 404; } "
                       "location /old/ { rewrite ^/old/(.*)$ /$1 permanent; }"),
            ("docs-d", "location = /robots.txt { return 410; } "
                       f"location /moved/ {{ return 302 http://docs-a.localhost:{port}/index.html; }}")):
        servers.append(f"server {{ listen 127.0.0.1:{port}; server_name {name}.localhost; root {DOCS}; "
                       f"gzip on; gzip_types text/css; gzip_min_length 200; {extra} }}")
    return "\n".join(servers)


APACHE = """
ServerRoot {folder}
PidFile {folder}/apache.pid
Listen 127.0.0.1:{port}
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule mime_module /usr/lib/apache2/modules/mod_mime.so
LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so
TypesConfig /etc/mime.types
ServerName apache.localhost
DocumentRoot {docs}
ErrorLog {folder}/apache-error.log
LogIOTrackTTFB ON
LogFormat "%{{%s}}t.%{{msec_frac}}t %^FB %D %{{Host}}i %>s \\"%U\\"" seen
CustomLog {folder}/apache-access.log seen
<Directory />
  Require all granted
</Directory>
"""


def start_apache(folder, port):
    conf = folder / "apache.conf"
    types = "/etc/mime.types" if pathlib.Path("/etc/mime.types").exists() else "/etc/nginx/mime.types"
    conf.write_text(APACHE.format(folder=folder, port=port, docs=MORE).replace("/etc/mime.types", types))
    child = harness.Process(["/usr/sbin/apache2", "-f", conf, "-DFOREGROUND"], folder / "apache.out")
    harness.wait_until(lambda: harness.port_answers(port), 10, what="apache")
    return child


def apache_requests(folder):
    """As nginx_requests(). The end is when Apache wrote the first byte (small pages go out in one
    write): its %D also counts the time it then waited for a CPU to close the request. The first
    request of a connection has only that."""
    found = []
    for line in (folder / "apache-access.log").read_text().splitlines():
        start, first_byte, whole, host, status, path = line.split(" ", 5)
        begin, took = float(start), whole if first_byte == "-" else first_byte
        found.append((begin, begin + int(took) / 1e6, host.split(":")[0], int(status), path.strip('"')))
    return found


def urls_of(port, apache_port):
    """url → (state, reason or class) that must come out."""
    expected = {}
    pages = html_files(DOCS)
    for page in pages:
        expected[f"http://docs-a.localhost:{port}/{page}"] = ("done", "fetched")
    for page in pages[::3]:
        barred = page.startswith("sql-") and page != "sql-select.html"
        expected[f"http://docs-b.localhost:{port}/{page}"] = (
            ("dropped", "barred_by_robots") if barred else ("done", "fetched"))
    for page in pages[::4]:
        expected[f"http://docs-c.localhost:{port}/old/{page}"] = ("done", "moved")
        expected[f"http://docs-c.localhost:{port}/{page}"] = ("done", "fetched")
    for number in range(60):
        expected[f"http://docs-d.localhost:{port}/no-such-page-{number}.html"] = ("dropped", "gone")
    expected[f"http://docs-d.localhost:{port}/moved/x"] = ("done", "moved")
    for page in html_files(MORE):
        expected[f"http://apache.localhost:{apache_port}/{page}"] = ("done", "fetched")
    return expected


def check_states(crawl, expected):
    rows = {row["url"]: row for row in crawl.rows(
        "SELECT url, state, dropped_because, last_class, why FROM urls")}
    wrong = []
    for url, (state, detail) in expected.items():
        row = rows[url]
        found = row["dropped_because"] if state == "dropped" else row["last_class"]
        if row["state"] != state or found != detail:
            wrong.append((url, row["state"], found, row["why"]))
    assert not wrong, (len(wrong), wrong[:10])
    silent = [url for url, row in rows.items() if row["state"] == "dropped" and not row["why"]]
    assert not silent, silent[:10]


def check_origin(requests, once=True):
    wrong = harness.gap_violations(requests, GAP)
    assert not wrong, (len(wrong), wrong[:10])
    if once:
        asked = collections.Counter((host, path) for _, _, host, _, path in requests)
        twice = {key: n for key, n in asked.items() if n > 1}
        assert not twice, list(twice.items())[:10]
    barred = [r for r in requests if r[2] == "docs-b.localhost" and r[4].startswith("/sql-")
              and r[4] != "/sql-select.html"]
    assert not barred, barred[:5]


def file_behind(url):
    host, path = url.split("/", 3)[2:]
    return (MORE if host.startswith("apache") else DOCS) / path


def check_harvest(crawl, expected):
    seen = set()
    for warc in crawl.warcs():
        with open(warc, "rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type != "response":
                    continue
                url = record.rec_headers.get_header("WARC-Target-URI")
                if expected.get(url) != ("done", "fetched"):
                    continue
                body = record.raw_stream.read()
                if record.http_headers.get_header("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                assert body == file_behind(url).read_bytes(), url
                seen.add(url)
    wanted = {url for url, outcome in expected.items() if outcome == ("done", "fetched")}
    assert seen == wanted, (len(seen), len(wanted), sorted(wanted - seen)[:5])


def test_a_real_site_is_crawled_once_politely_and_kept_byte_by_byte():
    with harness.workplace("real-site") as (folder, children):
        port, apache_port = harness.free_port(), harness.free_port()
        children.append(harness.start_nginx(folder, nginx_body(port, folder), port))
        children.append(start_apache(folder, apache_port))
        expected = urls_of(port, apache_port)
        crawl = harness.Crawl(folder / "crawl", {"pace.gap": f"{int(GAP * 1000)}ms"}).start()
        children.append(crawl.daemon)
        crawl.seed(list(expected))
        crawl.wait_done(300)
        crawl.stop()
        check_states(crawl, expected)
        check_origin(harness.nginx_requests(folder))
        check_origin(apache_requests(folder))
        check_harvest(crawl, expected)
        print(f"{len(expected)} URLs, {len(crawl.warcs())} WARC files")


if __name__ == "__main__":
    harness.main(globals())
