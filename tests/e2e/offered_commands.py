"""Every command that `explain` offers is run, against a URL or host in the very state of which it was said, and does
what it promises. A promise that has no check here is a failure: whoever writes a new one writes its check, too.

Each state is brought about a second time for each command, at a host of its own.
"""
import shlex
import subprocess
import time

import harness

SITE = '[[host]]\nname = "{name}.localhost"\npages = 50\n{rest}'
STATES = {}  # name: (lab lines of its host, how a URL gets there, what is asked about)
PROMISES = {}  # the words beside a command: what is true afterwards


def state(name, rest="", about="url"):
    def note(bring):
        STATES[name] = (rest, bring, about)
        return bring
    return note


def promise(*words):
    def note(check):
        PROMISES.update({text: check for text in words})
        return check
    return note


class Case:
    """One URL, one host, and what can be seen of them."""

    def __init__(self, crawl, folder, name, port):
        self.crawl, self.folder, self.name, self.port = crawl, folder, name, port
        self.host = f"http://{name}.localhost:{port}"
        self.url = f"{self.host}/p/1"

    def row(self):
        found = self.crawl.rows("SELECT * FROM urls WHERE url = ?", self.url)
        return dict(found[0]) if found else {}

    def told(self, what=None):
        return self.crawl.json("explain", what or self.url)

    def requests(self, path=None):
        return sum(1 for row in harness.lab_requests(self.folder)
                   if row["host"] == f"{self.name}.localhost" and path in (None, row["path"]))

    def seed(self, *paths):
        self.crawl.seed([self.host + path for path in paths or ("/p/1",)])

    def wait(self, check, what, seconds=20):
        return harness.wait_until(check, seconds, 0.05, f"{self.name}: {what}")

    def wait_state(self, name):
        self.wait(lambda: self.row().get("state") == name, name)

    def wait_reason(self, reason, what=None):
        self.wait(lambda: self.told(what).get("waits_for") == reason, reason)

    def wait_dropped(self, because):
        self.wait_state("dropped")
        assert self.row()["dropped_because"] == because, (self.name, self.row())


NOT_ROBOTS = 'except = "/robots.txt"'
GONE = '[[host.route]]\npath = "/p/*"\nstatus = 404\n'
DOWN = f'maintenance = {{ {NOT_ROBOTS} }}\n'
WALL = f'wall = {{ {NOT_ROBOTS} }}\n'
# Its robots.txt allows all; after that it fails, and its probe as well.
ROBOTS_ONCE = '[[host.route]]\npath = "/robots.txt"\nanswer = [{ status = 404 }, { status = 503 }]\n'
BREAKS = ROBOTS_ONCE + '[[host.route]]\npath = "/p/*"\nstatus = 503\n'
LIMITED = '[[host.route]]\npath = "/p/*"\nstatus = 429\nheaders = ["Retry-After: 3000"]\n'


@state("fresh", 'robots = { status = 404, latency = "60s" }\n')
def waits_for_its_robots(case):
    case.seed()
    case.wait_reason("robots")


@state("shut", "robots = { status = 500 }\n")
def waits_behind_robots_that_fails(case):
    case.seed()
    case.wait(lambda: case.requests("/robots.txt") > 0, "robots.txt asked")
    case.wait(lambda: "500" in case.told()["why"], "the answer told")


@state("own-time", '[[host.route]]\npath = "/p/*"\nfault = "close-in-body"\n')
def waits_for_its_own_time(case):
    case.seed("/", "/p/1")
    case.wait_reason("not_yet_due")


@state("maintenance", DOWN)
def host_in_maintenance(case):
    case.seed()
    case.wait_reason("rest")


@state("limited", LIMITED)
def host_that_asked_for_time(case):
    case.seed()
    case.wait_reason("rest")


@state("walled", WALL)
def host_behind_a_wall(case):
    case.seed()
    case.wait_reason("rest")


@state("paused", "")
def host_paused_by_an_operator(case):
    case.seed("/")
    case.wait(lambda: case.requests() > 0, "known")
    case.crawl.ctl("pause", case.host)
    case.seed()
    case.wait_reason("host_paused")


@state("all-paused", "")
def everything_paused(case):
    case.crawl.ctl("pause")
    case.seed()
    case.wait_reason("paused_all")


@state("in-flight", 'latency = "40s"\nrobots = { status = 404, latency = "0ms" }\n')
def being_fetched(case):
    case.seed()
    case.wait_state("leased")


@state("done", "")
def done(case):
    case.seed()
    case.wait_state("done")


@state("gone", GONE)
def dropped_as_gone(case):
    case.seed()
    case.wait_dropped("gone")


@state("refused", '[[host.route]]\npath = "/p/*"\nstatus = 401\n')
def dropped_as_refused(case):
    case.seed("/")
    case.wait(lambda: case.requests("/") > 0, "the first page")
    case.seed()
    case.wait_dropped("refused")


@state("barred", 'robots = "User-agent: *\\nDisallow: /p/"\n')
def dropped_by_robots(case):
    case.seed()
    case.wait_dropped("barred_by_robots")


@state("circle", '[[host.route]]\npath = "/p/*"\nredirect = "{path}"\n')
def dropped_in_a_circle(case):
    case.seed()
    case.wait_dropped("redirect_limit")


@state("bad-redirect", '[[host.route]]\npath = "/p/*"\nredirect = "file:///etc/passwd"\n')
def dropped_for_its_redirect(case):
    case.seed()
    case.wait_dropped("bad_redirect")


@state("broken", '[[host.route]]\npath = "/p/*"\nfault = "header-flood"\n')
def dropped_as_broken(case):
    case.seed()
    case.wait_dropped("broken")


@state("by-hand", 'robots = { status = 500 }\n')
def dropped_by_an_operator(case):
    case.seed()
    case.wait(lambda: case.requests("/robots.txt") > 0, "robots.txt asked")
    case.crawl.ctl("drop", case.url)
    case.wait_dropped("operator")


def give_up(case, *paths):
    """An operator's patience stands for the weeks that a host has."""
    case.seed(*(paths or ("/p/1", "/p/2")))
    for _ in range(60):
        if case.crawl.rows("SELECT 1 FROM hosts WHERE host = ? AND condition = 'exhausted'", case.host):
            return
        case.crawl.ctl("retry", "--host", case.host, check=False)
        time.sleep(0.15)
    raise AssertionError(f"{case.name} is not given up: {case.told(case.host)}")


@state("given-up", BREAKS)
def dropped_with_its_host(case):
    give_up(case)
    case.wait_dropped("host_exhausted")


@state("doomed", BREAKS)
def queued_at_a_host_that_was_just_given_up(case):
    give_up(case)
    case.wait_reason("given_up")


@state("walled-off", WALL)
def dropped_behind_a_wall(case):
    give_up(case)
    case.wait_dropped("walled")


@state("visits-wait", ROBOTS_ONCE + '[[host.route]]\npath = "/bad/*"\nstatus = 503\n')
def page_of_a_host_that_was_given_up_later(case):
    case.seed()
    case.wait_state("done")
    give_up(case, "/bad/1", "/bad/2")


for name in ("fresh", "shut", "maintenance", "limited", "walled", "paused", "done", "given-up", "walled-off"):
    lines, bring, _ = STATES[name]
    STATES["host-" + name] = (lines, bring, "host")


@state("host-pacing", "", about="host")
def host_between_two_requests(case):
    case.seed("/", *(f"/p/{n}" for n in range(50)))
    case.crawl.ctl("set", case.host, "gap=5s")
    case.wait_reason("host_gap", case.host)


@state("host-busy", 'latency = "40s"\nrobots = { status = 404, latency = "0ms" }\n', about="host")
def host_with_all_its_flights(case):
    case.seed(*(f"/p/{n}" for n in range(50)))
    case.wait_reason("host_flights", case.host)


# What each promise means.

@promise("lets fetching go on")
def fetching_goes_on(case, before):
    case.wait(lambda: case.requests() > before["requests"], "a request")


@promise("lets its host be asked again", "lets it be asked again")
def host_is_asked(case, before):
    case.wait(lambda: case.requests() > before["requests"], "a request")


@promise("tells what its host did")
def tells_of_the_host(case, before):
    assert case.host in before["output"], before


@promise("gives its host a new start: one probe, and its URLs are kept")
def new_start_keeps_its_urls(case, before):
    one_probe(case, before)
    time.sleep(CERTAIN + 1)
    assert case.row()["state"] == "queued", case.row()


@promise("gives its host a new start: one probe, and its visits go on",
         "ends the rest of its host: one probe decides",
         "ends the rest: one probe first, brings its dropped URLs back")
def one_probe(case, before):
    assert "one probe" in before["output"], before
    case.wait(lambda: case.requests() > before["requests"], "the probe")


@promise("gives the host a new start: one probe first, brings its dropped URLs back")
def new_start_with_its_urls(case, before):
    one_probe(case, before)
    assert "URLs are due again" in before["output"] and "0 URLs" not in before["output"], before


@promise("makes it due at once")
def is_due(case, before):
    case.wait(lambda: case.requests("/p/1") > before["page_requests"], "a request for it")


@promise("gives it up")
def is_given_up(case, before):
    case.wait_dropped("operator")


@promise("fetches it again")
def is_fetched_again(case, before):
    case.wait(lambda: case.requests("/p/1") > before["page_requests"], "a request for it")
    case.wait_state("done")


@promise("brings this URL back")
def is_back(case, before):
    """Its host is asked for it, or for its robots.txt."""
    row = case.row()
    assert row["state"] != "dropped" or case.requests() > before["requests"] or row["changed_at"] != before["changed_at"], row


@promise("brings back every URL that was dropped for the same reason")
def all_are_back(case, before):
    assert "0 URLs" not in before["output"], before
    is_back(case, before)


@promise("lists every host that keeps us out")
def lists_it(case, before):
    assert f"{case.name}.localhost" in before["output"], before


@promise("changes its pace")
def has_its_pace(case, before):
    host = case.told(case.host)["host"]
    assert host["wishes"]["gap_seconds"] == 0.5 and host["wishes"]["flights"] == 2, host


@promise("stops asking it")
def is_paused(case, before):
    assert case.told(case.host)["waits_for"] == "host_paused", case.told(case.host)


@promise("drops what is queued for it")
def queue_is_dropped(case, before):
    case.wait(lambda: not case.crawl.rows("SELECT 1 FROM urls WHERE url LIKE ? AND state = 'queued'", case.host + "/%"),
              "an empty queue")


def run_offer(case, offer):
    before = {"requests": case.requests(), "page_requests": case.requests("/p/1"),
              "changed_at": case.row().get("changed_at")}
    words = shlex.split(offer["run"])
    assert words[0] == "frontierctl", offer
    done = subprocess.run([str(harness.CTL), "--socket", str(case.crawl.socket), *words[1:]], capture_output=True,
                          text=True, timeout=30)
    assert done.returncode == 0, (case.name, offer, done)
    assert offer["effect"] in PROMISES, f"nobody checks the promise {offer['effect']!r}"
    PROMISES[offer["effect"]](case, {**before, "output": done.stdout})


MOST = 6  # commands offered of one state

CERTAIN = 3  # seconds in which a host that is given up keeps its queue
SETTINGS = {
    "pace.flights": 2, "retry.incidents_max": 3, "retry.give_up_after": "0s", "frontier.many_window": f"{CERTAIN}s",
    "fetch.first_byte_timeout": "60s", "frontier.many_hosts": 100000, "retry.revisit_after": "1h",
}


def test_every_command_that_explain_offers_works():
    with harness.workplace("offers") as (folder, children):
        lab = "".join(SITE.format(name=f"{name}{n}", rest=rest)
                      for name, (rest, _, _) in STATES.items() for n in range(MOST))
        origin, port = harness.start_originlab(folder, lab)
        children.append(origin)
        crawl = harness.Crawl(folder / "crawl", SETTINGS).start()
        children.append(crawl.daemon)
        used, wrong = set(), []
        for name, (_, bring, about) in STATES.items():
            count, at = 1, 0
            while at < count:
                case = Case(crawl, folder, f"{name}{at}", port)
                try:
                    bring(case)
                    told = case.told(case.host if about == "host" else case.url)
                    count = len(told["commands"])
                    assert count <= MOST, told
                    if at < count:
                        used.add(told["commands"][at]["effect"])
                        run_offer(case, told["commands"][at])
                except AssertionError as failure:
                    wrong.append(f"{name}, command {at}: {str(failure)[:700]}")
                crawl.ctl("resume", check=False)
                at += 1
        for line in wrong:
            print(line)
        never = set(PROMISES) - used
        print(f"{len(STATES)} states, {len(used)} promises; never offered: {sorted(never)}")
        assert not never, "a promise that no state here makes is not tested"
        assert not wrong, f"{len(wrong)} offers do not hold"
        crawl.kill()


if __name__ == "__main__":
    harness.main(globals())
