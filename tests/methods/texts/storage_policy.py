"""A rule file for agents as Markdown: lists, code and reasons among the rules."""

from __future__ import annotations

GIVEN = """# Working on the storage service

The storage service keeps the blobs of all teams. It was started in 2019 as a thin layer over the object store and has
grown a cache, a garbage collector and three interfaces since. Most of the code is Go; the scripts are Python.

## Layout

- `cmd/storaged` is the server, `cmd/storectl` the tool for operators.
- `internal/cache` holds the cache: an LRU in memory and one on disk, which share the interface `Layer`.
- `internal/gc` collects what nobody refers to. It runs at night and takes about forty minutes in the large region.
- `scripts/` has what is run by hand, such as the import of the old archive. Most of it was written in a hurry.
- `docs/adr` has the decisions, one a file. Number 14 explains why there are two caches.

## Building and running

```sh
make build            # both programs into ./bin
make test             # unit tests, about a minute
make itest            # with a real object store in a container, about nine minutes
./bin/storaged --config dev.toml
```

The dev configuration listens on port 8441 and keeps its data in var/storaged. If the port is taken, the server of
another branch is probably still running; `make stop` ends all of them. Logs are JSON, one object a line. For reading
them `storectl logs --pretty` is handy. The first start takes a few seconds because the disk cache is scanned.

## How we write

- Wrap errors with `%w` and say which blob they are about.
- Exported names have a comment.
- Public functions keep their signatures between major versions.
- Table tests are preferred where there are more than three cases; see `internal/cache/lru_test.go` for how they look.
- Avoid `init` functions.
- Keep functions below 60 lines.
- Benchmarks live beside the tests and are run before each release by Tomasz, who likes graphs.

A good example of the style is `internal/gc/mark.go`. It is short, its names are plain, and its one comment says why the
marks are kept in a bitmap rather than in a map: with 300 million blobs the map took 40 GB and the bitmap takes 38 MB.

## A short history of the names

The server was first called Dumpling, after what was for lunch on the day it was started, and one still finds the
name in a few places: the metrics begin with `dmp_`, and the group on the old mailing list is "dumpling-friends". In
2020 a committee found the present name after three meetings. The tool for operators was called `steam` in those
days, which everybody liked, and typing `steam logs` is an alias on most of the older machines to this day. The two
regions are called large and small, although the small one has had more machines since 2024; renaming them was
discussed and given up, since the names stand in eleven thousand lines of configuration of other teams.

A few words on the hardware. The large region runs on machines with twelve disks of 16 TB each, the small region on
newer ones with eight of 22 TB. A disk dies about every nine days, and the object store copes with that by itself; a
colleague in Tampere swaps them on Thursdays and sends a picture of the pile once it is taller than his coffee cup.
The network is the slow part. Between the regions it carries 40 gigabits a second, of which the copying of the
nightly deltas takes a third, and on the evening of a football final about a half, for reasons that the video team
knows best.

Tests with a real object store run in a container that was built by Ngozi and has a history of its own: it began as
a shell script, was a Vagrant box for a while, and prints a small drawing of a forklift when it is ready. People
have grown used to waiting for the forklift. When it does not appear within two minutes, the disk of the build
machine is usually full of old images, and `docker system prune` brings it back.

## What is dangerous

Deleted blobs cannot be brought back. Don't run the collector against the production bucket. Any change to
`internal/gc` needs two reviews. The retention period of 30 days is set by contract and is not to be lowered.
Secrets never go into the repository, not even into tests.

In 2022 a script removed 11,000 blobs because an empty list of references was taken for "nothing is referred to". The
report is in docs/incidents/2022-08. It took five people a weekend to rebuild the list from the logs of the proxies, and
since then the collector stops when more than two percent of the blobs would go. That number was a guess and has been
right so far: it has tripped twice, both times for good reasons.

## Releases

We release on the first Tuesday of the month, usually before lunch. Version numbers follow the usual scheme. The
changelog is written by hand and for people; look at the older entries to get the tone. Commits are signed. Nothing is
merged while the build is red. After the release somebody posts the changelog in the channel, and somebody else always
answers with a picture of a forklift, for reasons that go back to 2020.

## Working with the other teams

Search reads blobs through the gRPC interface, about 4,000 per second at peak. The video team writes large ones, up to
20 GB, through the chunked interface, and tells us in advance when they move an archive. Billing only reads the metrics.
Questions from other teams go to the channel, where usually Ngozi answers first. The gRPC schema belongs to search, so
changes to it start with a ticket in their project.

The import of the old archive has been on its way since last spring. Of the 214 terabytes about 160 are in. It reads
from tapes, which arrive in boxes of twelve from a warehouse in Brno, and the label on a box is right nine times out
of ten. The tenth time one finds wedding videos. Whoever works on the import becomes an expert on tape drives
whether he likes it or not; the drive with the green sticker is the good one, and the one without a sticker eats
tapes on warm days.

## How the caches work together

A read asks the cache in memory first, then the one on disk, then the object store. What was found is put into both. The
cache in memory holds 2 GB and about 40,000 blobs, because most blobs are small; the one on disk holds 400 GB. Of all
reads some 71 % are answered from memory and 22 % from disk. The rest takes 35 milliseconds on average. In the small
region the shares are lower, since fewer people read the same things there. An earlier design had a third cache beside
the proxies, which saved four milliseconds and cost two engineers; decision number 9 tells that story with charm.

The scan at the start reads the names of the files in the disk cache and nothing else. It was once meant to check their
sums as well, and that took eleven minutes on a good day. Sums are now compared when a blob is read for the first time,
and a blob that does not match is fetched again. That happens about thirty times a day, mostly on two machines with old
disks which everybody is fond of.

## Monitoring

There are two dashboards, one for the cache and one for the collector. The alert "cold cache" fires after each
deploy and goes away by itself after about ten minutes; it has been on the list of things to fix since 2023. The
alert "marks behind"
matters: it means that the collector will not finish before the morning.
"""
CONSTRAINTS = (
    "Wrap errors with `%w` and say which blob they are about.",
    "Public functions keep their signatures between major versions.",
    "Avoid `init` functions.",
    "Keep functions below 60 lines.",
    "Don't run the collector against the production bucket.",
    "Any change to\n`internal/gc` needs two reviews.",
    "The retention period of 30 days is set by contract and is not to be lowered.",
    "Secrets never go into the repository, not even into tests.",
    "Nothing is\nmerged while the build is red.",
    "The gRPC schema belongs to search, so\nchanges to it start with a ticket in their project.",
)
