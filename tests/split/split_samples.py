"""Short texts of every kind, written for these tests."""

from __future__ import annotations

PYTHON = '''import os


@cached
class Kettle(Vessel):
    """Boils water."""

    limit = 100

    def fill(
        self,
        litres: float,
    ) -> None:
        if litres > self.limit:
            raise ValueError(
                litres,
            )
        self.litres = litres

    def empty(self):
        self.litres = 0


def brew(kettle):
    return kettle.fill(2)


PORT = 8080
'''

TYPESCRIPT = """import { pour } from "./pour.js";

export interface Cup {
  size: number;
}

export class Bar {
  private cups: Cup[] = [];

  constructor(name: string = "corner", seats = 4) {
    this.name = name;
  }

  async serve(cup: Cup) {
    if (cup.size > 2) {
      await pour(cup);
    }
  }
}

const wash = async (cup: Cup) => {
  rinse(cup);
};

describe("bar", () => {
  it("serves", () => {
    expect(1).toBe(1);
  });
});
"""

C = """#include <stdio.h>

static int
gauge(const char *name,
      int depth)
{
#ifdef LOUD
  printf("%s", name);
#endif
  return depth;
}

int main(void) {
  return gauge("tank", 3);
}
"""

GO = """package still

type Pot struct {
\tvolume int
}

func (p *Pot) Heat(by int) error {
\tp.volume += by
\treturn nil
}
"""

RUST = """use std::fs;

pub struct Coil {
    turns: u32,
}

impl Coil {
    pub fn wind(&mut self) {
        self.turns += 1;
    }
}
"""

RUBY = """module Cellar
  class Cask
    def tap
      pour
    end
  end
end
"""

NUMBERED = """<output>
     7\tclass Hop(Plant):
     8\t    def dry(self):
     9\t        self.water = 0
    10\t
    11\t    def grow(self):
    12\t        self.height += 1
</output>
"""

VIEWER = """[File: /orchard/barn.py (90 lines total)]
(11 more lines above)
12:class Barn:
13:    def open(self):
14:        self.door = "open"
15:
16:WALLS = 4
(74 more lines below)
"""

DIFF = """diff --git a/orchard/barn.py b/orchard/barn.py
index 83db48f..bf2a1c0 100644
--- a/orchard/barn.py
+++ b/orchard/barn.py
@@ -10,5 +10,6 @@ class Barn:
     def open(self):
-        self.door = 1
+        self.door = "open"
+        self.light = True

     def close(self):
         self.door = None
@@ -40,2 +41,1 @@
-WALLS = 3
 ROOF = 1
diff --git a/old.txt b/old.txt
--- a/old.txt
+++ /dev/null
@@ -1 +0,0 @@
-gone
Applied.
"""

TRACEBACK = """Heating up
Traceback (most recent call last):
  File "still.py", line 12, in run
    heat(pot)
    ^^^^^^^^^
  File "pot.py", line 3, in heat
    raise Overflow("too hot")
pot.Overflow: too hot
Cooling down
"""

LOGGED_TRACEBACK = """10:00:01 ERROR worker: Traceback (most recent call last):
10:00:01 ERROR worker:   File "still.py", line 12, in run
10:00:01 ERROR worker:     heat(pot)
10:00:01 ERROR worker: ValueError: too hot
10:00:02 INFO worker: restarted
"""

JAVA_TRACE = """Exception in thread "main" java.lang.IllegalStateException: boiler is dry
\tat com.still.Boiler.heat(Boiler.java:14)
\tat com.still.Main.main(Main.java:5)
Caused by: java.io.IOException: no water
\tat com.still.Tap.open(Tap.java:9)
\t... 2 more
"""

GO_PANIC = """panic: pot overflow

goroutine 1 [running]:
main.heat(0x3)
\t/src/still/main.go:12 +0x1d
main.main()
\t/src/still/main.go:5 +0x20

exit status 2
"""

PYTEST = """============================= test session starts ==============================
collected 2 items

tests/test_pot.py F.                                                     [100%]

=================================== FAILURES ===================================
_________________________________ test_overflow ________________________________

    def test_overflow():
>       assert pot.heat(3) == 2
E       assert 3 == 2

tests/test_pot.py:9: AssertionError
----------------------------- Captured stdout call -----------------------------
heating by 3
=========================== short test summary info ============================
FAILED tests/test_pot.py::test_overflow - assert 3 == 2
========================= 1 failed, 1 passed in 0.02s ==========================
"""

UNITTEST = """.F
======================================================================
FAIL: test_dry (tests.test_pot.PotTest)
A dry pot does not boil.
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/orchard/tests/test_pot.py", line 20, in test_dry
    self.assertTrue(pot.dry)
AssertionError: False is not true

----------------------------------------------------------------------
Ran 2 tests in 0.001s

FAILED (failures=1)
"""

GO_TEST = """=== RUN   TestHeat
    pot_test.go:11: want 2, have 3
--- FAIL: TestHeat (0.00s)
    --- FAIL: TestHeat/slow (0.00s)
        pot_test.go:19: too slow
FAIL
"""

CARGO_TEST = """running 2 tests
test pot::heats ... FAILED

failures:

---- pot::heats stdout ----
thread 'pot::heats' panicked at src/pot.rs:7:5:
assertion failed: hot

failures:
    pot::heats
"""

JEST = """FAIL src/pot.test.js
  ● pot › heats

    expect(received).toBe(expected)

Test Suites: 1 failed, 1 total
"""

RUSTC = """error[E0384]: cannot assign twice to immutable variable `heat`
 --> src/pot.rs:4:5
  |
3 |     let heat = 1;
4 |     heat = 2;
  |     ^^^^^^^^ cannot assign twice

warning: unused variable: `cold`
 --> src/pot.rs:9:9
  |
9 |     let cold = 0;
"""

GREP = """src/still/pot.py:12:    def heat(self, by):
src/still/pot.py-13-        self.volume += by
--
src/still/main.py:4:from pot import Pot
src/still/main.py:9:    pot = Pot()
"""

RIPGREP = """src/still/pot.py
12:    def heat(self, by):
30:    def cool(self, by):

src/still/main.py
4:from pot import Pot
"""

SEARCH = """Found 2 matches for "heat" in /orchard/src/pot.py:
Line 12:    def heat(self, by):
Line 30:    self.heat(0)
End of matches for "heat" in /orchard/src/pot.py
"""

LS = """total 16
-rw-r--r-- 1 ann staff  120 May 12 10:01 README
drwxr-xr-x 2 ann staff 4096 May 12 10:01 src

src:
total 4
-rw-r--r-- 1 ann staff  880 May 12 10:01 pot.py
"""

LS_R = """farm/src:
pot.py
main.py

farm/tests:
test_pot.py
"""

TREE = """.
├── README
├── src
│   ├── pot.py
│   └── still
│       └── main.py
└── tests
    └── test_pot.py

3 directories, 4 files
"""

KUBECTL = """NAME        READY   STATUS             RESTARTS   AGE
pot-6f9     1/1     Running            0          12d
still-7c2   0/1     CrashLoopBackOff   7          3h

done
"""

PIP = """Package    Version
---------- -------
click      8.1.7
rich       13.7
"""

PIPES = """| pot | litres |
|-----|-------:|
| a   | 12     |
| b   | 31     |

after
"""

GRID = """+----+-------+
| id | name  |
+----+-------+
| 1  | pot   |
| 2  | still |
+----+-------+
2 rows in set
"""

CSV = """name,litres,hot
pot,12,true
still,31,false
"""

TSV = """name\tlitres
pot\t12
still\t31
"""

LOG = """2024-05-10 10:00:00,001 INFO still - heating started by ann
2024-05-10 10:00:05,120 WARN still - pressure 2.1 above 2.0
2024-05-10 10:00:09,300 ERROR still - valve stuck (code E1234)
"""

YAML = """metadata:
  name: still
spec:
  containers:
    - image: pot:1.2
  replicas: 2
"""

MARKDOWN = """# Still

Read this first. It says how to distil, how much water to fill in, and when to stop. """ + (
    """The rest is not for you, unless you must repair the still. Then light the fire!

## Steps

- fill the pot
- light the fire

```python
def heat():
    return 3
```

After the code.
"""
)

PROSE = (
    "The pot had stood there for years, and nobody in the village could say who had left it by the well. "
    "Mr. Brand cleaned it one evening. It cost him 3.50 and two hours of work! Was it worth it? "
    "He thought so.\n"
    "\n"
    "The second paragraph is wrapped\nby hand, as letters used to be,\nand stays as it is.\n"
)

CHINESE = "蒸馏器在井边放了很多年。村里没有人知道是谁留下的！有一天晚上他把它洗干净了。" * 4 + "\n"

STACK = {
    "python": PYTHON, "typescript": TYPESCRIPT, "c": C, "go": GO, "rust": RUST, "ruby": RUBY,
    "numbered": NUMBERED, "viewer": VIEWER, "diff": DIFF, "traceback": TRACEBACK,
    "logged traceback": LOGGED_TRACEBACK, "java": JAVA_TRACE, "panic": GO_PANIC, "pytest": PYTEST,
    "unittest": UNITTEST, "go test": GO_TEST, "cargo": CARGO_TEST, "jest": JEST, "rustc": RUSTC,
    "grep": GREP, "ripgrep": RIPGREP, "search": SEARCH, "ls": LS, "ls -R": LS_R, "tree": TREE,
    "kubectl": KUBECTL, "pip": PIP, "pipes": PIPES, "grid": GRID, "csv": CSV, "tsv": TSV,
    "log": LOG, "yaml": YAML, "markdown": MARKDOWN, "prose": PROSE, "chinese": CHINESE,
}  # fmt: skip
"""Every sample by name."""
