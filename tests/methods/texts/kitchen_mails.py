"""An e-mail thread about a kitchen: three people, quoted lines, signatures."""

from __future__ import annotations

GIVEN = """From: Maren Holt
To: Ines Quandt
Date: Mon, 2 Feb 2026 08:41
Subject: Kitchen, second floor

Dear Ines,

thank you for coming by on Saturday, and for not minding the dust. As promised here is everything in one mail, so that
you do not have to call me for each thing.

The kitchen is 3.4 by 2.9 meters, the window looks north and the door opens inwards, which annoys everybody who has
ever carried a tray. The pipes come up on the left side; according to the previous owner they were renewed in 2008, but
he also said that the roof was tight. The floor is oak, sanded two years ago by my brother, and looks it. The lamp over
the table is from my grandmother. The budget is 9,500 euros, and that is a hard limit. I would like light fronts, a deep
sink, and somewhere to put the big pots, which at the moment live on the balcony together with a tomato that refuses to
die.

Leave the window as it is, the landlord is peculiar about the facade. And no gas: I cook with induction from now on.

You asked about appliances. The refrigerator comes along, it is 60 wide and 185 high and hums in B flat. The dishwasher
is broken and goes. An oven I would need, any oven, I am not a baker. What I do bake is bread, twice a year, and then I
swear a lot. My sister says that I should get one with steam, but she also has three bread makers.

Best wishes
Maren

Maren Holt - Translations DA/NO/SV - Gartenstr. 11 - since 2003

---

From: Ines Quandt
To: Maren Holt
Date: Tue, 3 Feb 2026 17:20
Subject: Re: Kitchen, second floor

Dear Maren,

what a lovely mail, I read it aloud in the workshop. Attached are two sketches. In the first the sink stays where the
pipes are, which saves about 700 euros, and the pots go into a drawer of 90 centimeters under the worktop. In the second
one the sink moves under the window. That looks much better and is more expensive, because the pipes have to be laid
through the floor, and I do not like to open an oak floor that somebody's brother has sanded.

For the fronts I have three kinds in the workshop: birch plywood, oiled; linoleum on plywood, in a gray that is called
"pebble" and looks like a pebble; and spruce, which I would advise against because it gets dents from looking at it. The
birch is in stock, the linoleum takes four weeks. The worktop could be ash. It comes from a tree that fell in the storm
of 2022 next to the swimming pool, so there is a story with it.

As to the lamp over the table: with the higher cupboards it would hang in front of a door. There is a longer cable in it
than one thinks, I had a look on Saturday while you were making tea, and it could move towards the window by a good half
meter. It is a beautiful piece. I have seen one like it in Gothenburg, in the flat of a man who restored accordions and
fed me smoked eel, but that leads too far. The sockets are from the seventies and sit where nobody has needed one since.
A friend of mine, an electrician with a beard down to here, would look at them on his way to his allotment.

My colleague Timo would come for two days to take out the old kitchen. He is very quick and sings.

> The floor is oak, sanded two years ago by my brother, and looks it.

I will bring felt. What about Saturday the 28th for a start?

Ines

---

From: Maren Holt
To: Ines Quandt
Cc: Jonas Holt
Date: Wed, 4 Feb 2026 09:02
Subject: Re: Re: Kitchen, second floor

Dear Ines,

the first sketch, please, and birch. I am in love with the pot drawer. The ash with a story: yes, if it stays within the
sum. My brother is in copy because he insists, and because he wants to say something about the floor.

Saturdays don't work for me, I am in Aarhus every other weekend until Easter. Weekdays are fine, but nothing before
nine, the neighbor below works nights. The work has to be finished by 20 March, because my parents arrive on the 21st
and expect a cooked meal. What they get is another matter.

The key is with Mrs. Okafor on the first floor. She also has opinions about kitchens and good coffee. The parking space
in the yard is number 4; number 5 belongs to the dentist, who has things towed.

Maren

---

From: Jonas Holt
To: Ines Quandt, Maren Holt
Date: Wed, 4 Feb 2026 21:33
Subject: Re: Re: Re: Kitchen, second floor

Hello both,

about the floor: it is oiled with hard wax, three layers, 2024. Wet cleaning turns it gray, so keep water off it. If
Timo drags the old stove over it I will hear it in Kiel. By the way the beam above the door carries the ceiling, so
hands off the beam. I drew it once for the statics, the drawing is in the folder with the heating bills, and the
architect who signed it has meanwhile moved to Portugal and grows oranges.

Some history, since you like stories: the house was built in 1907 for the foreman of the rope works. The kitchen was a
bedroom then, and the kitchen was downstairs where Mrs. Okafor has her piano now. In 1938 somebody put in the pipes, and
in 1971 somebody else put in the tiles with the mushrooms on them, of which you will find a second layer under the first
when you take the cupboards off. We counted eleven kinds of mushrooms as children. Four of them do not exist. Maren had
names for all of them, and I believe that the big brown one was called after our geography teacher, who had a similar
posture.

In the wall towards the stairs there is an old dumbwaiter. It has not moved since before the war, and the shaft is full
of newspapers, which I have always wanted to read. Should Timo find the hatch behind the tall cupboard: I would pay him
in cake for every newspaper from before 1920. The rope is still in there, naturally, it is a rope maker's house.

I could come on the weekend of the 14th to help with the old cupboards. They are screwed together with screws of three
different systems, which I know because I am the reason.

Jonas

---

From: Ines Quandt
To: Maren Holt, Jonas Holt
Date: Thu, 5 Feb 2026 12:10
Subject: Re: Re: Re: Re: Kitchen, second floor

Dear Maren, dear Jonas,

then Monday the 2nd of March at half past nine, with felt, with Timo, without dragging. The offer follows tomorrow. It
will say 9,180 with the ash, and I have put 200 aside for surprises, because old houses always have one. Jonas, could
you send me a photograph of that drawing? Oranges or not, I want to see where the beam ends.

Ines
"""
CONSTRAINTS = (
    "The budget is 9,500 euros, and that is a hard limit.",
    "Leave the window as it is, the landlord is peculiar about the facade.",
    "And no gas: I cook with induction from now on.",
    "Weekdays are fine, but nothing before\nnine, the neighbor below works nights.",
    "The work has to be finished by 20 March, because my parents arrive on the 21st\nand expect a cooked meal.",
    "Wet cleaning turns it gray, so keep water off it.",
    "By the way the beam above the door carries the ceiling, so\nhands off the beam.",
)
